"""People: those who give sessions and those who come to them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.domain.facets import Facet
from booking.domain.minors import GuardianSees
from booking.models.base import Base, Key, TherapistKey


class Therapist(Base):
    """A person who gives sessions.

    `diary_version` is raised by everything that can change the openings, in the same
    transaction: a summary made at an older version is not to be trusted.
    """

    __tablename__ = "therapist"

    id: Mapped[Key]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    first_name: Mapped[str]
    credentials: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    pronouns: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str | None]
    time_zone: Mapped[str]
    statement: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    first_call: Mapped[str] = mapped_column(default="")
    price_note: Mapped[str] = mapped_column(default="")
    sliding_from_cents: Mapped[int | None]
    gives_receipts: Mapped[bool] = mapped_column(default=False)
    accepts_new: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    daily_limit: Mapped[int | None]
    weekly_limit: Mapped[int | None]
    # For phone sessions: the therapist rings the client, or the client rings `phone`.
    client_calls: Mapped[bool] = mapped_column(default=False)
    video_provider: Mapped[str | None]
    standing_room_url: Mapped[str | None]
    diary_version: Mapped[int] = mapped_column(default=1)

    facets: Mapped[list["TherapistFacet"]] = relationship(back_populates="therapist")
    licences: Mapped[list["TherapistLicence"]] = relationship(back_populates="therapist")


class TherapistFacet(Base):
    """One word a therapist chose for themselves, out of `domain/facets.py`."""

    __tablename__ = "therapist_facet"

    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"), primary_key=True)
    facet: Mapped[Facet] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)

    therapist: Mapped[Therapist] = relationship(back_populates="facets")


class TherapistLicence(Base):
    """The right to see people who are in `state`, from and until a date, both included."""

    __tablename__ = "therapist_licence"
    __table_args__ = (UniqueConstraint("therapist_id", "state", "number"),)

    id: Mapped[Key]
    therapist_id: Mapped[TherapistKey]
    state: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    therapist: Mapped[Therapist] = relationship(back_populates="licences")


class Person(Base):
    """Somebody who comes to sessions.

    Every booking from the web makes a new, unverified person: an address typed into a form
    never reads or changes an existing one. Once the address is proved (`verified_at`), the
    person is joined to the one already known under it (`joined_to_id`) and, as a resource,
    can no longer be in two places at once.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("verified_at IS NOT NULL OR resource_id IS NULL", name="proved"),
        Index("ix_person_email_key", "email_key"),
        Index("ix_person_phone", "phone"),
    )

    id: Mapped[Key]
    name: Mapped[str]
    pronouns: Mapped[str] = mapped_column(default="")
    email: Mapped[str]
    email_key: Mapped[str]
    phone: Mapped[str | None]
    time_zone: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    # Asked only of those who are not of age.
    born: Mapped[date | None]
    verified_at: Mapped[datetime | None]
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"), unique=True)
    created_at: Mapped[datetime]


class Guardianship(Base):
    """What one guardian is told of one person's appointments: see `domain/minors.py`.

    `chosen_by` is who settled it, in the words of the audit log; empty while it is what age
    and state say.
    """

    __tablename__ = "guardianship"
    __table_args__ = (
        UniqueConstraint("person_id", "guardian_id"),
        CheckConstraint("person_id <> guardian_id", name="two_people"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    guardian_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    sees: Mapped[GuardianSees]
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    guardian: Mapped[Person] = relationship(foreign_keys=guardian_id)


class SmsConsent(Base):
    """One yes to texts: for whom, on which number, in which words, and when it ended."""

    __tablename__ = "sms_consent"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    phone: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="appointments")
    wording: Mapped[str]
    wording_version: Mapped[str]
    method: Mapped[str]
    given_at: Mapped[datetime]
    ip: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    revoked_how: Mapped[str | None]

    person: Mapped[Person] = relationship()


class PhoneStop(Base):
    """A number that said STOP. Kept on our side, since a vendor's block is per sender."""

    __tablename__ = "phone_stop"

    phone: Mapped[str] = mapped_column(primary_key=True)
    stopped_at: Mapped[datetime]
    how: Mapped[str]
    started_at: Mapped[datetime | None]
