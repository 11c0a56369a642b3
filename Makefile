# Everything starts here; `make` alone says what there is. Nothing needs to be set up first.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check coverage prove bench lint fix types imports locks catalogue lock servers \
	migrate messages clean app dev

# The first Python that is new enough.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11, \
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))) python3)
ENVIRONMENT = @$(PYTHON) requirements/environment.py
IN := .venv/bin

# Plugins are named: loading whatever is installed costs seconds at every start.
PLUGGED := pytest -p xdist -p randomly -p timeout -p hypothesispytest
PYTEST := PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(IN)/python -m $(PLUGGED)
# Every sentence that people read goes through one of these words, or gettext's own.
EXTRACT := $(IN)/pybabel --quiet extract --mapping-file=babel.cfg --project=stillhour \
	--keyword=_l --keyword=lazy_gettext --add-comments=For-translators: --no-location
# What is measured is this code in these processes: a browser and whole programs would add
# minutes and no branch.
MEASURED := --ignore=tests/browser --ignore=tests/processes

# How many processes run the tests, and what else pytest is told: make test ARGS=tests/domain
WORKERS ?= 2
ARGS ?=

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'

run: export DEMO = 1
run: app ## Serve a demo practice on http://127.0.0.1:$PORT (8000); Ctrl-C stops it
	@$(IN)/stillhour serve

test: dev servers ## Run every test; ARGS= narrows it
	@$(PYTEST) -n $(WORKERS) -m 'not prove' $(ARGS)

check: lint types imports locks catalogue ## Lint, format, types, import contracts, locks, catalogue

coverage: dev servers ## Measure branch coverage; fails below what we promise
	@$(IN)/coverage erase
	@PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 $(IN)/coverage run -m $(PLUGGED) -n $(WORKERS) \
		-m 'not prove' $(MEASURED) $(ARGS)
	@$(IN)/coverage combine --quiet
	@$(IN)/coverage report --include='booking/domain/*,booking/services/*' --fail-under=100
	@$(IN)/coverage report --fail-under=95

prove: dev servers ## Run the fault and race suites at full size
	@$(PYTEST) -m prove $(ARGS)

bench: dev servers ## Run the benchmarks
	@$(IN)/python -m bench $(ARGS)

lint: dev ## Lint and check the format
	@$(IN)/ruff check --quiet .
	@$(IN)/ruff format --quiet --check .

fix: dev ## Format, and mend what the linter can mend
	@$(IN)/ruff check --fix .
	@$(IN)/ruff format .

types: dev ## Check the types
	@$(IN)/mypy .

imports: dev
	@$(IN)/lint-imports --no-cache --no-logo

locks: dev
	@$(IN)/python requirements/check_locks.py

catalogue: dev
	@$(EXTRACT) --output-file=/dev/null .

lock: ## Pin again what requirements/*.in ask for; UPGRADE=1 takes the newest
	$(ENVIRONMENT) $(if $(UPGRADE),upgrade,lock)

servers: dev ## Get the servers the tests need, and say what is still missing
	@$(IN)/python -m tests.support.install

migrate: app ## Bring the database of DATABASE_URL to the newest shape
	@$(IN)/stillhour db upgrade

messages: dev ## Bring the catalogues of translations up to date
	@mkdir -p booking/translations
	@$(EXTRACT) --output-file=booking/translations/messages.pot .
	@test ! -d booking/translations/es || $(IN)/pybabel --quiet update --no-fuzzy-matching \
		--input-file=booking/translations/messages.pot --output-dir=booking/translations

clean: ## Remove what was made, but not the data
	@rm -rf .venv .boot build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis \
		.import_linter_cache .coverage .coverage.*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

app:
	$(ENVIRONMENT) app

dev:
	$(ENVIRONMENT) dev
