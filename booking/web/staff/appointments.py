"""One appointment: what the therapist needs to know for it, and the way into the room."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request, url_for
from flask_babel import gettext as _

from booking.adapters.wording import times
from booking.adapters.wording.names import dollars
from booking.adapters.wording.series_words import listed
from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind, Modality, Status
from booking.domain.places import city_of
from booking.errors import ProviderError, RuleBroken
from booking.models import Appointment, Practice
from booking.queries.agenda import appointment_of, client_in
from booking.queries.coming import who_come
from booking.queries.practices import the_practice
from booking.services import rooms
from booking.services.staff import note_view
from booking.web.access import staff
from booking.web.staff import shown
from booking.web.staff.blueprint import bp, here
from booking.web.staff.group_people import lines_of
from booking.web.staff.people import people_of
from booking.web.staff.people_words import people_words
from booking.web.views.meeting import label, place
from booking.web.views.rooms import Call, call_for_therapist
from booking.web.wiring import parts, reading

UNPROCESSABLE, UNAVAILABLE = 422, 503
OFFERED_AFTER = frozenset({Status.CONFIRMED, Status.COMPLETED})


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer of the client's, or one thing that is so; `free` where they wrote it."""

    label: str
    value: str
    free: bool = False


@bp.get("/appointments/<public_id>")
def appointment(public_id: str) -> str:
    """Show everything about one appointment, and write down that it was looked at."""
    found = _own(public_id)
    note_view(found.id, staff().therapist_id, now=here()[0])
    return _page(_own(public_id), done=request.args.get("done", ""))


@bp.post("/appointments/<public_id>/join")
def join(public_id: str) -> str | tuple[str, int]:
    """Make the therapist's link into the room, and show it."""
    now, therapist_id = here()[0], staff().therapist_id
    found = _own(public_id)
    try:
        entry = rooms.enter_as_host(found.id, therapist_id, parts=parts(), now=now)
    except RuleBroken:
        return _page(_own(public_id), problem=_("The room is not open now.")), UNPROCESSABLE
    except ProviderError:
        return _room("staff/room_down.html", public_id), UNAVAILABLE
    return _room("staff/room.html", public_id, entry=entry)


def _own(public_id: str) -> Appointment:
    return appointment_of(reading(), staff().therapist_id, public_id)


def _room(template: str, public_id: str, *, entry: rooms.Entry | None = None) -> str:
    found, practice = _own(public_id), the_practice(reading())
    now, zone = here()
    who = shown.who_in(found)
    return render_template(
        template,
        entry=entry,
        row=shown.row(found, shown.Reader(practice, zone, now)),
        call=_room_call(found, practice, who),
    )


def _room_call(found: Appointment, practice: Practice, who: str) -> Call | None:
    """Return whom to ring if video fails; of a group each has a number of their own."""
    if found.kind is Kind.GROUP:
        return None
    return call_for_therapist(client_in(found), practice, who)


def _page(found: Appointment, *, problem: str = "", done: str = "") -> str:
    if found.kind is Kind.GROUP:
        return _group_page(found, problem, done)
    now, zone = here()
    practice, participant = the_practice(reading()), client_in(found)
    person, coming = participant.person, who_come(found.participants) or [participant]
    by_video = found.modality is Modality.VIDEO
    live = found.status is Status.CONFIRMED
    return render_template(
        "staff/appointment.html",
        name=listed([each.person.name for each in coming]),
        pronouns=person.pronouns if len(coming) == 1 else "",
        people=people_of(found),
        row=shown.row(found, shown.Reader(practice, zone, now)),
        when=shown.when_words(found, zone),
        city=city_of(zone.key),
        change_words=times.change_words(now, found.starts_at, zone) if live else None,
        facts=_facts(found),
        call=call_for_therapist(participant, practice, person.name) if by_video and live else None,
        answer_by=_answer_by(found, now),
        problem=problem,
        offer_href=_offer_href(found),
        of_many=False,
    )


def _group_page(found: Appointment, problem: str, done: str) -> str:
    """Return the page of a group's session: who comes, each for themselves."""
    now, zone = here()
    live = found.status is Status.CONFIRMED
    price = Fact(str(_("Price for each")), dollars(found.price_cents) or str(_("Free")))
    removed = _("They are taken out, and told by mail in three minutes. The others hear nothing.")
    return render_template(
        "staff/appointment.html",
        name=people_words(found).partition(":")[0],
        pronouns="",
        row=shown.row(found, shown.Reader(the_practice(reading()), zone, now)),
        when=shown.when_words(found, zone),
        city=city_of(zone.key),
        change_words=times.change_words(now, found.starts_at, zone) if live else None,
        facts=[price],
        call=None,
        answer_by=_answer_by(found, now),
        problem=problem,
        done=removed if done == "removed" else "",
        offer_href="",
        people=None,
        group=lines_of(found),
        of_many=True,
    )


def _offer_href(found: Appointment) -> str:
    """Return where standing times are offered to who came, or comes, to a single session."""
    alone = len(found.participants) == 1
    if found.series_part_id is not None or found.status not in OFFERED_AFTER or not alone:
        return ""
    return url_for("staff.offer", public_id=found.hold_id)


def _facts(found: Appointment) -> list[Fact]:
    """Return what was answered; a question that was left out is left out."""
    participant, sealer = client_in(found), parts().sealer
    facts = [
        Fact(str(_("Where they will be")), place(participant.state, participant.country)),
        Fact(str(_("What for")), label(Facet.NEED, participant.need)),
        Fact(str(_("How they pay")), label(Facet.INSURANCE, participant.payment)),
        Fact(str(_("Price")), dollars(found.price_cents) or str(_("Free"))),
        Fact(str(_("Language")), label(Facet.LANGUAGE, participant.language)),
        Fact(str(_("What helps them")), sealer.open(participant.access_needs), free=True),
        Fact(str(_("Their note")), sealer.open(participant.note), free=True),
        Fact(str(_("Late fee")), _fee(found)),
    ]
    return [fact for fact in facts if fact.value]


def _fee(found: Appointment) -> str:
    return dollars(found.fee_cents) if found.late and found.fee_waived_at is None else ""


def _answer_by(found: Appointment, now: datetime) -> str:
    """Return until when a request can still be answered, in words."""
    ends = found.expires_at
    if found.status is not Status.REQUESTED or ends is None or ends <= now or found.series_part_id:
        return ""
    return times.long_time(ends, here()[1])
