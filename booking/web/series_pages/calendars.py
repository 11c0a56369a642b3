"""The way to a calendar file with every date of a standing hour."""

from flask import url_for

from booking.adapters.links import Purpose
from booking.models import SeriesMember
from booking.web.wiring import parts


def calendar_href(member: SeriesMember) -> str:
    links = parts().links
    token = links.token(Purpose.SERIES_CALENDAR, member.link_id, member.link_version)
    return url_for("manage.file", token=token)
