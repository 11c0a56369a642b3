"""Standing hours: every date before anything is booked, and what may be done to them later."""

from collections.abc import Mapping
from datetime import date, datetime

from flask import Response, jsonify, request

from booking.adapters.links import Purpose
from booking.clock import utcnow
from booking.domain.lifecycle import LIVE
from booking.domain.standing import Scope
from booking.domain.zones import zone
from booking.errors import InvalidInput, NotFound, Problem, Rule, RuleBroken
from booking.models import Participant, SeriesMember
from booking.queries.coming import may_arrange
from booking.queries.guardians import sees_all
from booking.queries.practices import the_practice
from booking.queries.series import seats_of
from booking.services.audit import Actor
from booking.services.changes import move
from booking.services.identity import prove_member
from booking.services.offers import check_open_to_new
from booking.services.openings import find_offer
from booking.services.series.asking import Pattern, SeriesAsk, anchor_of, look
from booking.services.series.booking import Choices, SeriesWish, book_series, check_series_type
from booking.services.series.changing import Change, change_series
from booking.services.series.leaving import end_series
from booking.services.series.pausing import Pause, pause, resume
from booking.services.series.planning import NewHour, all_since, plan_change
from booking.web.api import asking
from booking.web.api import series_schemas as schemas
from booking.web.api.appointments import CONSENT_ELSEWHERE, CREATED, guest_of, party_of
from booking.web.api.blueprint import bp
from booking.web.api.series_shown import plan_shown, preview_shown, series_shown
from booking.web.instants import parse_instant
from booking.web.limits import API_READS, BOOKINGS, READS, at_most
from booking.web.tokens import MANAGING_SERIES, member_for
from booking.web.wiring import parts, reading

ROUTE = "POST /api/v1/series"


@bp.post("/v1/series/preview")
@at_most(API_READS)
def preview() -> Response:
    """Show every date, and book nothing."""
    asked = asking.body(schemas.SeriesPreview)
    session_type = find_offer(reading(), asked.therapist, asked.session_type)
    check_open_to_new(session_type.therapist, session_type)
    check_series_type(session_type)
    mine = zone(asked.time_zone)
    anchor = anchor_of(the_practice(reading()), session_type.therapist, asked.time_zone)
    hour = _pattern(asked.repeat).from_(asked.starts_at, anchor)
    wished = SeriesAsk.of(session_type, hour, asked.state)
    found = look(reading(), wished, client_zone=mine, now=utcnow())
    return jsonify(preview_shown(found, wished.minutes, mine).model_dump(mode="json"))


@bp.post("/v1/series")
@at_most(BOOKINGS)
def create_series() -> tuple[Response, int]:
    """Book every chosen date or none, once for each key."""
    asked = asking.body(schemas.NewSeries)
    key = asking.request_key(ROUTE, asked)
    find_offer(reading(), asked.therapist, asked.session_type)
    wish = SeriesWish(
        therapist=asked.therapist,
        session_type=asked.session_type,
        starts_at=asked.starts_at,
        pattern=_pattern(asked.repeat),
        modality=asked.modality,
        guest=guest_of(asked.client, asked.modality),
        choices=_choices(asked.skip, asked.move),
        party=party_of(asked.people, asked.modality),
        wording=CONSENT_ELSEWHERE,
        ip=request.remote_addr,
    )
    booked = book_series(wish, key=key, parts=parts(), now=utcnow())
    return _shown(reading().get_one(SeriesMember, booked.member_id)), CREATED


@bp.get("/v1/series/<token:token>")
@at_most(API_READS, methods=READS)
def show_series(token: str) -> Response:
    return _shown(_member_of(token)[0])


@bp.post("/v1/series/<token:token>/preview")
@at_most(API_READS)
def preview_change(token: str) -> Response:
    """Show what a change would do to each date, and change nothing."""
    asked = asking.body(schemas.SeriesChange)
    member, _ = _member_of(token)
    since = _since(member, asked)
    plan = plan_change(reading(), member.series, _new_hour(asked), since=since, now=utcnow())
    return jsonify(plan_shown(plan).model_dump(mode="json"))


@bp.post("/v1/series/<token:token>/change")
@at_most(BOOKINGS)
def change(token: str) -> Response:
    """Change one date, this and the following, or all: as previewed, or not at all."""
    asked = asking.body(schemas.SeriesChange)
    member = _arranging(token)
    if asked.scope is Scope.ONE:
        _move_one(member, asked)
    else:
        wanted = Change(
            member.series_id,
            _since(member, asked),
            _new_hour(asked),
            _choices(asked.skip, asked.move),
        )
        change_series(wanted, actor=_actor(member), now=utcnow())
    return _shown(member)


@bp.post("/v1/series/<token:token>/pause")
@at_most(BOOKINGS)
def pause_series(token: str) -> Response:
    asked = asking.body(schemas.SeriesPause)
    member = _arranging(token)
    wanted = Pause(member.series_id, asked.first, asked.last)
    pause(wanted, accept_late=asked.accept_late, actor=_actor(member), now=utcnow())
    return _shown(member)


@bp.post("/v1/series/<token:token>/resume")
@at_most(BOOKINGS)
def resume_series(token: str) -> Response:
    asked = asking.body(schemas.SeriesResume)
    member = _arranging(token)
    choices = _choices(asked.skip, asked.move)
    resume(member.series_id, asked.on, choices, actor=_actor(member), now=utcnow())
    return _shown(member)


@bp.post("/v1/series/<token:token>/end")
@at_most(BOOKINGS)
def end(token: str) -> Response:
    """End it from a date on, or all that is ahead; ending it again changes nothing."""
    asked = asking.body_or_nothing(schemas.SeriesEnd)
    member = _arranging(token)
    end_series(
        member.series_id,
        asked.since or date.min,
        accept_late=asked.accept_late,
        actor=_actor(member),
        now=utcnow(),
    )
    return _shown(member)


def _member_of(token: str) -> tuple[SeriesMember, Purpose]:
    """Return whose token it is; raise `NotFound` for who only pays, or sees only times."""
    member, purpose = member_for(token, *MANAGING_SERIES)
    if not sees_all(reading(), member, now=utcnow()):
        raise NotFound("booking")
    return member, purpose


def _acting(token: str) -> SeriesMember:
    """Return whose token acts; acting on a mailed one proves that the mail was read."""
    member, purpose = _member_of(token)
    if purpose is Purpose.SERIES_MAILED:
        prove_member(member.id, now=utcnow())
    return member


def _arranging(token: str) -> SeriesMember:
    """Return whose token changes it for everybody; raise `RuleBroken` if that is not theirs."""
    member = _acting(token)
    if not may_arrange(member):
        raise RuleBroken(Rule.POLICY)
    return member


def _actor(member: SeriesMember) -> Actor:
    return Actor("member", member.id)


def _shown(member: SeriesMember) -> Response:
    reading().expire_all()
    return jsonify(series_shown(member, parts().links).model_dump(mode="json", exclude_unset=True))


def _pattern(repeat: schemas.Repeat) -> Pattern:
    return Pattern(
        every_weeks=repeat.every_weeks,
        weekdays=_weekdays(repeat.weekdays),
        count=repeat.count,
        until=repeat.until,
    )


def _weekdays(names: list[schemas.Weekday]) -> frozenset[int]:
    return frozenset(map(schemas.WEEKDAYS.index, names))


def _choices(skip: list[datetime], move: Mapping[str, datetime]) -> Choices:
    try:
        moved = {parse_instant(start): to for start, to in move.items()}
    except ValueError as error:
        raise InvalidInput(Problem("/move", str(error))) from error
    return Choices(frozenset(skip), moved)


def _new_hour(asked: schemas.SeriesChange) -> NewHour:
    return NewHour(
        every_weeks=asked.every_weeks,
        weekdays=_weekdays(asked.weekdays) if asked.weekdays else None,
        at=asked.local_time,
        session_type=asked.session_type,
        modality=asked.modality,
        keep_moved=asked.keep_moved,
    )


def _since(member: SeriesMember, asked: schemas.SeriesChange) -> date:
    """Return from which date of the rule on a change is to hold."""
    if asked.scope is Scope.ALL:
        return all_since(reading(), member.series, now=utcnow())
    if asked.date is None:
        raise InvalidInput(Problem("/date", "missing"))
    return asked.date


def _move_one(member: SeriesMember, asked: schemas.SeriesChange) -> None:
    if asked.date is None or asked.starts_at is None:
        missing = "/date" if asked.date is None else "/starts_at"
        raise InvalidInput(Problem(missing, "missing"))
    move(_seat_on(member, asked.date).id, asked.starts_at, now=utcnow())


def _seat_on(member: SeriesMember, day: date) -> Participant:
    for seat in seats_of(reading(), member):
        if seat.appointment.occurrence == day and seat.appointment.status in LIVE:
            return seat
    raise NotFound("booking")
