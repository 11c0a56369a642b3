"""Whether the service can do its work, for whoever watches over it."""

from threading import Lock, Thread

from flask import Blueprint, Flask, Response, current_app, jsonify
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from booking import __version__
from booking.config import Settings
from booking.domain.zones import TZDATA_VERSION
from booking.models import db
from booking.web.access import anyone
from booking.web.problems import problem
from booking.web.wiring import parts

bp = Blueprint("health", __name__)
bp.before_request(anyone)

PATIENCE_S = 2.0
_EXTENSION = "stillhour_probe"


class Probe:
    """Asks the database for a sign of life, and does not wait for ever.

    A database that drops off the network answers nothing at all, and no timeout of the driver
    covers that; so a thread asks. While one asks, others wait their turn, for as long.
    """

    def __init__(self) -> None:
        self._asking = Lock()

    def answers(self, engine: Engine, *, within_s: float) -> bool:
        if not self._asking.acquire(timeout=within_s):
            return False
        answered: list[bool] = []

        def ask() -> None:
            try:
                with engine.connect() as connection:
                    connection.execute(text("SELECT 1"))
                answered.append(True)
            except SQLAlchemyError:
                pass  # no answer is the answer
            finally:
                self._asking.release()

        thread = Thread(target=ask, daemon=True)
        thread.start()
        thread.join(within_s)
        return bool(answered)


def register(app: Flask, _settings: Settings) -> None:
    app.extensions[_EXTENSION] = Probe()


@bp.get("/healthz")
def healthz() -> Response:
    """Say that all is well, and with what; 503 while the database does not answer."""
    probe: Probe = current_app.extensions[_EXTENSION]
    if not probe.answers(db.engine, within_s=PATIENCE_S):
        return problem("busy", 503)
    return jsonify(
        status="ok",
        version=__version__,
        database=parts().settings.dialect,
        tzdata=TZDATA_VERSION,
        channels=parts().channels,
    )
