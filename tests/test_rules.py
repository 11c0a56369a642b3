"""Rules of the codebase that no linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from booking import errors
from booking.errors import BookingError, Rule
from booking.web import words
from booking.web.errors import STATUSES

ROOT = Path(__file__).parents[1]
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
CODE = ("booking", "workers", "tests", "bench")


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that git knows or will know: what is ignored is nobody's concern."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return tuple(path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file())


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def python_files(*folders: str) -> list[Path]:
    inside = folders or CODE
    return [p for p in tracked() if p.suffix == ".py" and named(p).split("/")[0] in inside]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef):
            yield node


def test_no_file_is_longer_than_can_be_kept_in_mind() -> None:
    lengths = {named(p): len(p.read_text("utf-8").splitlines()) for p in python_files()}

    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in python_files("booking", "workers")
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


def test_no_package_imports_its_modules_through_itself() -> None:
    """`from a.b import c` in a/b/__init__.py is a circle, which mypy's warm cache trips over."""
    circular = [
        named(path)
        for path in python_files("booking", "workers")
        if path.name == "__init__.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom)
        and node.module == ".".join(path.parts[len(ROOT.parts) : -1])
    ]

    assert circular == []


def test_every_blueprint_names_who_may_come_in() -> None:
    """Looked for in the source: each Blueprint(...) has its `before_request` beside it."""
    unguarded = [
        named(path)
        for path in python_files("booking")
        if "Blueprint(" in (text := path.read_text("utf-8"))
        and text.count("Blueprint(") != text.count(".before_request(")
    ]

    assert unguarded == []


def all_refusals(kind: type[BookingError] = BookingError) -> Iterator[type[BookingError]]:
    for refusal in kind.__subclasses__():
        if refusal.__module__ == errors.__name__:
            yield refusal
            yield from all_refusals(refusal)


def test_every_refusal_has_a_status_and_words() -> None:
    refusals = set(all_refusals())

    assert refusals == set(STATUSES)
    for refusal in refusals:
        assert words.heading_for(refusal.code)
        assert words.sentence_for(refusal.code)


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_words(rule: Rule) -> None:
    assert words.sentence_for(rule.value)
    assert words.heading_for(rule.value)


# What is raised here as a ValueError becomes the Problem of a field.
CLEANERS = (
    "booking/domain/contact.py",
    "booking/adapters/phones.py",
    "booking/services/guests.py",
    "booking/web/api/fields.py",
    "booking/web/instants.py",
)


def codes_in(path: Path, made_by: str) -> Iterator[str]:
    """Yield the codes in `Problem(field, code)` or in `ValueError(code)`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == made_by and node.args:
            code = node.args[-1]
            if isinstance(code, ast.Constant) and re.fullmatch(r"[a-z_]+", str(code.value)):
                yield str(code.value)


def test_every_code_of_a_field_has_words() -> None:
    used = {code for path in python_files("booking") for code in codes_in(path, "Problem")}
    used |= {code for name in CLEANERS for code in codes_in(ROOT / name, "ValueError")}

    assert {"missing", "too_long", "characters", "format", "unknown"} <= set(words.PROBLEMS)
    assert used - set(words.PROBLEMS) == set()


def test_every_test_claims_something() -> None:
    """With an `assert`, `pytest.raises`, or a call named for what it insists on or waits for."""
    empty = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in python_files("tests")
        for node in functions(path)
        if node.name.startswith("test_") and not claims(node)
    ]

    assert empty == []


def claims(function: ast.FunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        called = node.func if isinstance(node, ast.Call) else None
        name = getattr(called, "attr", getattr(called, "id", ""))
        if name == "raises" or name.startswith(("assert_", "check_", "wait_")):
            return True
    return False


def test_queries_are_written_in_one_way() -> None:
    legacy = re.compile(r"session\.query\(|\.query\.(filter|get|all|first)")
    found = [named(p) for p in python_files() if legacy.search(p.read_text("utf-8"))]

    assert [name for name in found if name != named(Path(__file__))] == []


def templates() -> list[Path]:
    return [path for path in tracked() if named(path).startswith("templates/")]


def test_no_page_holds_a_style_or_a_script() -> None:
    inline = re.compile(
        r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", re.IGNORECASE
    )
    pages = [p for p in templates() if p.suffix == ".html" and "/mail/" not in named(p)]

    assert pages
    assert [named(p) for p in pages if inline.search(p.read_text("utf-8"))] == []


# Built from pieces, so that this file does not hold what it looks for.
FORBIDDEN = [
    "/".join(["", "work", ""]),
    "/".join(["shared", ""]),
    "/".join(["", "home", ""]),
    "/".join(["", "root", ""]),
    ".".join(["pypi", "org"]),
    ".".join(["files", "pythonhosted", "org"]),
    ".".join(["registry", "npmjs", "org"]),
    "--" + "index-url",
    "--" + "extra-index-url",
]
MAY_SAY = {"requirements/check_locks.py"}  # it looks for the same
BINARY = {".woff2", ".png", ".ico", ".jpg", ".gz", ".mo"}


def test_nothing_names_a_machine_or_a_package_registry() -> None:
    found = [
        f"{named(path)}: {piece}"
        for path in tracked()
        if path.suffix not in BINARY and named(path) not in MAY_SAY
        for piece in FORBIDDEN
        if piece in path.read_text("utf-8", errors="replace")
    ]

    assert found == []
