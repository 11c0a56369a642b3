"""What was typed into a form of the staff pages by somebody whose session had ended.

It waits in their own browser, sealed, in a cookie that no script can read, until the same
account has signed in, with the same diary open. Then the form is shown again with it; nothing
is saved by itself.
"""

import json
import zlib
from base64 import b85decode, b85encode
from datetime import datetime, timedelta

from flask import request
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from booking.web.wiring import parts

# Which forms, by where they are sent, and the page that shows each.
PAGES = {
    "staff.set_hours": "staff.hours",
    "staff.add_time_off": "staff.time_off",
    "staff.set_day": "staff.time_off",
    "staff.save_agreement": "staff.agreement",
}
COOKIE, PATH = "staff_kept", "/staff"
LIVES = timedelta(minutes=30)
# Browsers hold 4096 bytes a cookie, its name and attributes included.
MOST_SEALED, MOST_TYPED = 3800, 16_000
# The same key seals other things: nothing sealed for another purpose passes for a form.
PURPOSE = "staff form"

Typed = MultiDict[str, str]


def seal(form: str, holder: tuple[int, int | None], *, now: datetime) -> str | None:
    """Return what was sent to `form`, sealed for an account at a diary; None if too much."""
    typed = json.dumps(list(request.form.items(multi=True)))
    if len(typed) > MOST_TYPED:
        return None
    document: dict[str, object] = {
        "purpose": PURPOSE,
        "form": form,
        "holder": list(holder),
        "until": (now + LIVES).timestamp(),
        "typed": b85encode(zlib.compress(typed.encode(), 9)).decode(),
    }
    sealed = parts().sealer.seal_document(document).decode()
    return sealed if len(sealed) <= MOST_SEALED else None


def put(response: Response, sealed: str) -> None:
    """Have the browser hold it, for the staff pages alone."""
    response.set_cookie(
        COOKIE,
        sealed,
        max_age=LIVES,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=parts().settings.secure,
    )


def drop(response: Response) -> None:
    response.delete_cookie(
        COOKIE, path=PATH, httponly=True, samesite="Lax", secure=parts().settings.secure
    )


def typed_into(form: str, holder: tuple[int, int | None], *, now: datetime) -> Typed | None:
    """Return what waits for that form, if it is theirs at this diary and not half an hour old."""
    document = parts().sealer.open_document(request.cookies.get(COOKIE, "").encode())
    if (document.get("purpose"), document.get("form")) != (PURPOSE, form):
        return None
    if document["holder"] != list(holder) or now.timestamp() >= float(str(document["until"])):
        return None
    typed = zlib.decompress(b85decode(str(document["typed"])))
    return MultiDict([(name, value) for name, value in json.loads(typed)])
