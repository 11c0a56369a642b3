"""Whose diary a front desk or an admin has open."""

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from booking import clock
from booking.queries.staff import therapists_to_choose
from booking.services.accounts import sessions
from booking.web.access import SEE_OTHER, staff
from booking.web.staff.blueprint import bp
from booking.web.staff.sign_in import own_page
from booking.web.wiring import reading

MOST_SHOWN = 60
LONGEST_SOUGHT = 60


@bp.get("/working-for")
def working_for() -> str:
    sought = request.args.get("q", "")[:LONGEST_SOUGHT].strip()
    every = therapists_to_choose(reading())
    found = [each for each in every if sought.casefold() in each.name.casefold()]
    return render_template(
        "staff/working_for.html",
        found=found[:MOST_SHOWN],
        more=max(0, len(found) - MOST_SHOWN),
        many=len(every) > MOST_SHOWN,
        sought=sought,
        there=own_page(request.args.get("next", "")),
    )


@bp.post("/working-for")
def work_for() -> Response:
    who, slug = staff(), request.form.get("therapist", "")
    sessions.work_for(who.session_id, who.account_id, slug, now=clock.utcnow())
    there = own_page(request.form.get("next", ""))
    return redirect(there if there != url_for("staff.working_for") else "/staff", code=SEE_OTHER)
