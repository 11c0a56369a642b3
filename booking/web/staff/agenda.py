"""Today and the coming days, as a list."""

from datetime import timedelta

from flask import render_template

from booking.adapters.wording import times
from booking.domain.interval import Interval
from booking.domain.zones import day_start, local_date
from booking.queries import agenda as query
from booking.queries.practices import the_practice
from booking.web.access import staff
from booking.web.staff import shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.clashes import count_of_clashes
from booking.web.views.clocks import clock_now
from booking.web.wiring import parts, reading

COMING_DAYS = 14


@bp.get("", strict_slashes=False)
def agenda() -> str:
    now, zone = here()
    session, who = reading(), staff()
    today = local_date(now, zone)
    window = Interval(
        day_start(today, zone), day_start(today + timedelta(days=COMING_DAYS + 1), zone)
    )
    found = query.agenda(session, who.therapist_id, window, now=now)
    single = query.waiting_requests(session, who.therapist_id, now=now)
    standing = query.waiting_series(session, who.therapist_id, now=now)
    ends = [*(each.expires_at for each in single[:1]), *(each.expires_at for each in standing[:1])]
    first = min(filter(None, ends), default=None)
    return render_template(
        "staff/agenda.html",
        days=shown.days(found, shown.Reader(the_practice(session), zone, now)),
        anything=bool(found),
        requests=len(single) + len(standing),
        first_ends=times.long_time(first, zone) if first else "",
        clock=clock_now(now, zone),
        clashes=count_of_clashes(now),
        coming_days=COMING_DAYS,
        off=[name for name, state in parts().channels.items() if state == "off"],
    )
