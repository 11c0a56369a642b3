"""Standing hours: the rule, the people, and what they agreed to. Their dates are appointments."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.domain.lifecycle import Modality
from booking.domain.participants import ParticipantStatus, Role
from booking.domain.recurrence import Repeat, StandingHour, StandingTime
from booking.domain.standing import OfferStatus, SeriesStatus, check_next
from booking.domain.zones import zone
from booking.models.availability import SessionType
from booking.models.base import Base, Key, RandomId
from booking.models.people import Person, Therapist

ONE_SEAT_EACH_IN_SERIES = "uq_series_member_series_id_seat"


class StandingOffer(Base):
    """One to three standing times held for one person, or the therapist's hours opened to them.

    What is held are series with status `offered`; without any, the person chooses a time.
    `link_id` and `link_version` are what the mailed link is signed over.
    """

    __tablename__ = "standing_offer"
    __table_args__ = (Index("ix_standing_offer_status_expires_at", "status", "expires_at"),)

    id: Mapped[Key]
    link_id: Mapped[RandomId]
    link_version: Mapped[int] = mapped_column(default=1)
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"), index=True)
    session_type_id: Mapped[int] = mapped_column(ForeignKey("session_type.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[OfferStatus] = mapped_column(default=OfferStatus.OPEN)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    therapist: Mapped[Therapist] = relationship()
    session_type: Mapped[SessionType] = relationship()
    person: Mapped[Person] = relationship()
    series: Mapped[list["Series"]] = relationship(back_populates="offer", order_by="Series.id")


class Series(Base):
    """A standing hour of one therapist with those who come to it.

    `version` rises with every change, so that nothing planned for an older one is ever sent.
    It is confirmed once the agreement is accepted (`agreed_at`) and the therapist has said yes
    where they are asked (`granted_at`). `made_until` is the last date that was considered when
    its dates were made: an open-ended series is topped up from there.
    """

    __tablename__ = "series"
    __table_args__ = (
        Index("ix_series_therapist_id_status", "therapist_id", "status"),
        Index("ix_series_status_made_until", "status", "made_until"),
        Index("ix_series_status_expires_at", "status", "expires_at"),
        CheckConstraint("(paused_from IS NULL) = (paused_until IS NULL)", name="pause_has_ends"),
    )

    id: Mapped[Key]
    public_id: Mapped[RandomId]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("standing_offer.id"), index=True)
    status: Mapped[SeriesStatus]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    booked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    granted_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    made_until: Mapped[date]
    # No dates are made from the one day to the other, both included.
    paused_from: Mapped[date | None]
    paused_until: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]

    therapist: Mapped[Therapist] = relationship()
    offer: Mapped[StandingOffer | None] = relationship(back_populates="series")
    parts: Mapped[list["SeriesPart"]] = relationship(
        back_populates="series", order_by="SeriesPart.number"
    )
    members: Mapped[list["SeriesMember"]] = relationship(
        back_populates="series", order_by="SeriesMember.id"
    )

    @property
    def part(self) -> "SeriesPart":
        """Return the rule that holds now, or from its first date on."""
        return [part for part in self.parts if not part.replaced or part is self.parts[0]][-1]

    def become(self, status: SeriesStatus) -> None:
        """Change status; raise `IllegalTransition` if it cannot go that way."""
        check_next(self.status, status)
        self.status = status


class SeriesPart(Base):
    """One rule of a series, and the one calendar UID its dates are known by.

    A change from some date on ends the rule before that date and begins another. The time of
    day is on the clock of `zone`. `therapist_sequence` is the last SEQUENCE the therapist's
    calendar was sent, -1 before the first.
    """

    __tablename__ = "series_part"
    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        CheckConstraint("every_weeks BETWEEN 1 AND 4", name="every_weeks"),
        CheckConstraint("at_minute BETWEEN 0 AND 1439", name="at_minute"),
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes"),
    )

    id: Mapped[Key]
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    number: Mapped[int] = mapped_column(default=1)
    uid: Mapped[str] = mapped_column(unique=True)
    session_type_id: Mapped[int] = mapped_column(ForeignKey("session_type.id"))
    modality: Mapped[Modality]
    minutes: Mapped[int]
    every_weeks: Mapped[int]
    weekdays: Mapped[list[int]]
    first_day: Mapped[date]
    count: Mapped[int | None]
    until: Mapped[date | None]
    at_minute: Mapped[int]
    zone: Mapped[str]
    therapist_sequence: Mapped[int] = mapped_column(default=-1)
    # Nothing is left of it: a change from before its first date took its place.
    replaced: Mapped[bool] = mapped_column(default=False)

    series: Mapped[Series] = relationship(back_populates="parts")
    session_type: Mapped[SessionType] = relationship()

    @property
    def hour(self) -> StandingHour:
        """Return the rule as the domain knows it."""
        repeat = Repeat(
            first=self.first_day,
            weekdays=frozenset(self.weekdays),
            every_weeks=self.every_weeks,
            count=self.count,
            until=self.until,
        )
        at = time(self.at_minute // 60, self.at_minute % 60)
        return StandingHour(repeat, StandingTime(at, zone(self.zone)))

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class SeriesMember(Base):
    """One person in one series, with their own links and answers: see `Participant`."""

    __tablename__ = "series_member"
    __table_args__ = (
        UniqueConstraint("series_id", "seat", name=ONE_SEAT_EACH_IN_SERIES),
        Index("ix_series_member_person_id", "person_id"),
    )

    id: Mapped[Key]
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(default=Role.CLIENT)
    status: Mapped[ParticipantStatus] = mapped_column(default=ParticipantStatus.ATTENDING)
    seat: Mapped[int | None] = mapped_column(default=1)
    books: Mapped[bool] = mapped_column(default=True)
    # Their place in a group goes to others unless they accept the agreement until then.
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    link_id: Mapped[RandomId]
    link_version: Mapped[int] = mapped_column(default=1)
    phone: Mapped[str | None]
    state: Mapped[str | None]
    country: Mapped[str | None]
    need: Mapped[str | None]
    payment: Mapped[str | None]
    language: Mapped[str | None]
    access_needs: Mapped[bytes | None] = mapped_column(LargeBinary)
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    left_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]

    series: Mapped[Series] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()


class MemberCalendar(Base):
    """The last SEQUENCE that one member's calendar was sent of one part of a series."""

    __tablename__ = "member_calendar"

    member_id: Mapped[int] = mapped_column(ForeignKey("series_member.id"), primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("series_part.id"), primary_key=True)
    sequence: Mapped[int]


class SeriesQuestion(Base):
    """A date that a topped-up series could not have; the therapist says what becomes of it."""

    __tablename__ = "series_question"
    __table_args__ = (UniqueConstraint("part_id", "occurrence"),)

    id: Mapped[Key]
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("series_part.id"))
    occurrence: Mapped[date]
    starts_at: Mapped[datetime]
    why: Mapped[str]
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_as: Mapped[str | None]

    series: Mapped[Series] = relationship()
    part: Mapped[SeriesPart] = relationship()


class Agreement(Base):
    """What one therapist and their clients agree to, in one edition. Editions never change."""

    __tablename__ = "agreement"
    __table_args__ = (UniqueConstraint("therapist_id", "version"),)

    id: Mapped[Key]
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    version: Mapped[int]
    goals: Mapped[str]
    procedures: Mapped[str]
    telehealth: Mapped[str]
    confidentiality: Mapped[str]
    created_at: Mapped[datetime]


class Acceptance(Base):
    """One member's yes to one edition: by which name, when, and to which particulars.

    `particulars` are the regular time, place, length, fee and policy as they were shown.
    """

    __tablename__ = "acceptance"
    __table_args__ = (UniqueConstraint("member_id", "agreement_id"),)

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("series_member.id"))
    name: Mapped[str]
    particulars: Mapped[dict[str, object]]
    accepted_at: Mapped[datetime]
    ip: Mapped[str | None]

    agreement: Mapped[Agreement] = relationship()
    member: Mapped[SeriesMember] = relationship()
