"""Links that open another calendar with the appointment filled in.

A person who follows one shows its contents to Google or Microsoft, so it holds the neutral
title, the times, the place and the join link, and nothing else.
"""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from booking.adapters.calendar.entry import link_of, location_of
from booking.adapters.calendar.invitation import Invitation
from booking.adapters.plain_text import one_line

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"


def google_url(invitation: Invitation) -> str:
    """Return the link that offers the appointment to Google Calendar."""
    span = f"{_compact(invitation.starts_at)}/{_compact(invitation.ends_at)}"
    return _link(
        GOOGLE,
        action="TEMPLATE",
        text=one_line(invitation.summary),
        dates=span,
        details=link_of(invitation),
        location=location_of(invitation),
    )


def outlook_url(invitation: Invitation) -> str:
    """Return the link that offers the appointment to Outlook on the web."""
    return _link(
        OUTLOOK,
        path="/calendar/action/compose",
        rru="addevent",
        subject=one_line(invitation.summary),
        startdt=_extended(invitation.starts_at),
        enddt=_extended(invitation.ends_at),
        body=link_of(invitation),
        location=location_of(invitation),
    )


def _link(page: str, **fields: str) -> str:
    filled = {name: value for name, value in fields.items() if value}
    # Blanks as %20: Outlook shows a plus sign as a plus sign.
    return f"{page}?{urlencode(filled, quote_via=quote)}"


def _compact(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _extended(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
