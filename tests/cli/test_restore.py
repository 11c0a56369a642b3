"""A restore that would lose something is refused, and leaves everything as it was."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from booking.models import Practice, db
from tests import factories
from tests.databases import migrated, settings_for


@pytest.fixture
def practice_app(tmp_path: Path) -> Flask:
    app = migrated(settings_for(f"sqlite:///{tmp_path}/own.sqlite3", tmp_path))
    with app.app_context():
        factories.practice(name="Alder")
        db.session.remove()
        db.engine.dispose()
    return app


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def name_of_the_practice(app: Flask) -> str:
    with app.app_context():
        name = db.session.get_one(Practice, 1).name
        db.session.remove()
        db.engine.dispose()
    return name


def test_what_is_no_backup_is_not_restored(practice_app: Flask, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all")

    outcome = run(practice_app, "restore", str(letter), "--replace")

    assert outcome.exit_code == 1
    assert "is not a backup of SQLite; nothing was changed" in outcome.output
    assert name_of_the_practice(practice_app) == "Alder"


def test_a_database_is_replaced_only_when_that_is_said(practice_app: Flask, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    assert run(practice_app, "backup", str(copy)).exit_code == 0
    with practice_app.app_context():
        factories.changed(db.session.get_one(Practice, 1), name="Birch")
        db.session.remove()
        db.engine.dispose()

    refused = run(practice_app, "restore", str(copy))

    assert refused.exit_code == 1
    assert "add --replace to replace it" in refused.output
    assert name_of_the_practice(practice_app) == "Birch"
    assert run(practice_app, "restore", str(copy), "--replace").exit_code == 0
    assert name_of_the_practice(practice_app) == "Alder"
