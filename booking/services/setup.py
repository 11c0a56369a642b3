"""Making a practice: what an operator says once, and seldom again."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.adapters.holidays import is_region
from booking.adapters.video.link import check_room_url
from booking.domain import contact, facets, places, zones
from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind, Modality
from booking.domain.neutral import telling
from booking.errors import InvalidInput, NotFound, Problem
from booking.models import (
    Practice,
    Resource,
    SessionType,
    Therapist,
    TherapistFacet,
    TherapistLicence,
)
from booking.queries.practices import the_practice
from booking.services.accounts.people import open_for_therapist
from booking.services.audit import SYSTEM, record
from booking.services.unit_of_work import unit_of_work

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPractice:
    """`outside_name` is all that mails and texts ever say; phone in E.164."""

    name: str
    outside_name: str
    time_zone: str
    phone: str
    desk_hours: str = ""
    country: str = "US"
    holidays_region: str | None = None
    sees_abroad: bool = False
    cancel_hours: int = 24
    move_hours: int = 24
    late_fee_cents: int = 0
    email_reminder_hours: int | None = 48
    sms_reminder_hours: int | None = 24
    staff_idle_minutes: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTherapist:
    """A therapist as entered; `facets` holds slugs of `domain/facets.py`."""

    slug: str
    name: str
    first_name: str
    email: str
    time_zone: str
    credentials: str = ""
    title: str = ""
    pronouns: str = ""
    phone: str | None = None
    statement: str = ""
    about: str = ""
    first_call: str = ""
    sliding_from_cents: int | None = None
    gives_receipts: bool = False
    accepts_new: bool = True
    daily_limit: int | None = None
    weekly_limit: int | None = None
    client_calls: bool = False
    video_provider: str | None = None
    standing_room_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSessionType:
    """What may be booked; empty hours and fees are the practice's own.

    `seats` is how many may come to it together.
    """

    slug: str
    kind: Kind
    name: str
    minutes: int
    step: int = 30
    buffer_before: int = 0
    buffer_after: int = 0
    notice_hours: int = 12
    horizon_days: int = 60
    price_cents: int = 0
    modalities: tuple[Modality, ...] = (Modality.VIDEO,)
    open_to_new: bool = True
    needs_approval: bool = False
    allows_series: bool = False
    seats: int = 1
    cancel_hours: int | None = None
    move_hours: int | None = None
    late_fee_cents: int | None = None


def make_practice(new: NewPractice, *, now: datetime) -> None:
    """Make the practice, or change it to what `new` says.

    Raises `InvalidInput`: an unknown zone or region, or an outside name that tells what it is
    about.
    """
    problems = [Problem("outside_name", "telling")] if telling(new.outside_name) else []
    if new.time_zone not in zones.zone_names():
        problems.append(Problem("time_zone", "unknown"))
    if new.holidays_region is not None and not is_region(new.country, new.holidays_region):
        problems.append(Problem("holidays_region", "unknown"))
    if problems:
        raise InvalidInput(*problems)

    def work(session: Session) -> None:
        practice = session.get(Practice, 1)
        if practice is None:
            practice = Practice(id=1)
            session.add(practice)
        for name, value in asdict(new).items():
            setattr(practice, name, value)
        record(session, "practice set", ("practice", 1), actor=SYSTEM, now=now)

    unit_of_work(work)


def add_therapist(new: NewTherapist, *, now: datetime) -> int:
    """Add a therapist, with an account to sign in with, and return their id.

    Raises `InvalidInput`: an address or zone that is none, a slug that is taken.
    """
    _check_therapist(new)

    def work(session: Session) -> int:
        taken = select(Therapist.id).where(
            (Therapist.slug == new.slug) | (Therapist.email == new.email)
        )
        if session.scalars(taken).first() is not None:
            raise InvalidInput(Problem("slug", "taken"))
        resource = Resource(kind="therapist")
        session.add(resource)
        session.flush()
        therapist = Therapist(resource_id=resource.id, **asdict(new))
        session.add(therapist)
        session.flush()
        open_for_therapist(session, therapist, now=now)
        _directory_changed(session)
        record(session, "added", ("therapist", therapist.id), actor=SYSTEM, now=now)
        return therapist.id

    return unit_of_work(work)


def set_facets(slug: str, chosen: Mapping[Facet, Iterable[str]], *, now: datetime) -> None:
    """Replace the words a therapist is found by. Raises `InvalidInput` for one not known."""
    wanted = [(facet, value) for facet, values in chosen.items() for value in values]
    unknown = [Problem(f, "unknown") for f, value in wanted if not facets.is_known(f, value)]
    if unknown:
        raise InvalidInput(*unknown)

    def work(session: Session) -> None:
        therapist = _therapist(session, slug)
        session.execute(delete(TherapistFacet).filter_by(therapist_id=therapist.id))
        session.add_all(
            TherapistFacet(therapist_id=therapist.id, facet=facet, value=value)
            for facet, value in wanted
        )
        _directory_changed(session)
        record(session, "facets set", ("therapist", therapist.id), actor=SYSTEM, now=now)

    unit_of_work(work)


def add_licence(
    slug: str,
    state: str,
    number: str,
    *,
    valid_from: date,
    valid_until: date | None,
    now: datetime,
) -> None:
    """Add a licence, both dates included. Raises `InvalidInput` for a state that is none."""
    if not places.is_state(state):
        raise InvalidInput(Problem("state", "unknown"))
    if valid_until is not None and valid_until < valid_from:
        raise InvalidInput(Problem("valid_until", "order"))

    def work(session: Session) -> None:
        therapist = _therapist(session, slug)
        session.add(
            TherapistLicence(
                therapist_id=therapist.id,
                state=state,
                number=number,
                valid_from=valid_from,
                valid_until=valid_until,
            )
        )
        _directory_changed(session)
        record(session, "licence added", ("therapist", therapist.id), actor=SYSTEM, now=now)

    unit_of_work(work)


def add_session_type(slug: str, new: NewSessionType, *, now: datetime) -> None:
    """Add what may be booked with a therapist. Raises `InvalidInput` if the slug is taken."""

    def work(session: Session) -> None:
        therapist = _therapist(session, slug)
        taken = select(SessionType.id).filter_by(therapist_id=therapist.id, slug=new.slug)
        if session.scalars(taken).first() is not None:
            raise InvalidInput(Problem("slug", "taken"))
        values = asdict(new) | {"modalities": [modality.value for modality in new.modalities]}
        session.add(SessionType(therapist_id=therapist.id, **values))
        _directory_changed(session)
        record(session, "session type added", ("therapist", therapist.id), actor=SYSTEM, now=now)

    unit_of_work(work)


def _check_therapist(new: NewTherapist) -> None:
    problems = []
    try:
        contact.email(new.email)
    except ValueError as error:
        problems.append(Problem("email", str(error)))
    if new.time_zone not in zones.zone_names():
        problems.append(Problem("time_zone", "unknown"))
    if not _SLUG.fullmatch(new.slug):
        problems.append(Problem("slug", "format"))
    if new.standing_room_url is not None:
        try:
            check_room_url(new.standing_room_url)
        except ValueError:
            problems.append(Problem("standing_room_url", "format"))
    if new.client_calls and not new.phone:
        problems.append(Problem("phone", "missing"))
    if problems:
        raise InvalidInput(*problems)


def _therapist(session: Session, slug: str) -> Therapist:
    """Return the therapist, locked; what is changed here changes the openings too."""
    query = select(Therapist).filter_by(slug=slug).with_for_update()
    therapist = session.scalars(query).one_or_none()
    if therapist is None:
        raise NotFound("therapist")
    therapist.diary_version += 1
    return therapist


def _directory_changed(session: Session) -> None:
    the_practice(session).directory_version += 1
