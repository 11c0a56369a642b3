"""A demo therapist in shorthand, and how the shorthand reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from booking.domain.availability import WeeklyHours
from booking.domain.facets import Facet
from booking.domain.lifecycle import Kind, Modality
from booking.services.setup import NewSessionType, NewTherapist

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
A_LONG_SESSION = 75
SEATS = {Kind.COUPLES: 2, Kind.FAMILY: 5, Kind.GROUP: 8}
# A group costs each who comes less.
A_PLACE_COSTS = 45
BOTH = (Modality.VIDEO, Modality.PHONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTherapist:
    """Lists are words with spaces between; hours are like "mon tue 9:00-12:00"; prices in
    dollars. `away_days` is how long they are away from today, `together` the kinds of
    sessions for several people."""

    name: str
    credentials: str
    title: str
    pronouns: str
    zone: str
    statement: str
    about: str
    states: str
    needs: str
    approaches: str
    languages: str
    insurers: str
    identities: str
    ages: str
    hours: tuple[str, ...]
    price: int
    faiths: str = ""
    access: str = "captions"
    minutes: int = 50
    sliding_from: int | None = None
    intake_needs_approval: bool = False
    client_calls: bool = False
    accepts_new: bool = True
    away_days: int = 0
    together: str = ""

    @property
    def slug(self) -> str:
        return self.name.lower().replace(" ", "-")

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@alder.example"

    @property
    def facets(self) -> Mapping[Facet, Iterable[str]]:
        return {
            Facet.NEED: self.needs.split(),
            Facet.APPROACH: self.approaches.split(),
            Facet.LANGUAGE: self.languages.split(),
            Facet.INSURANCE: self.insurers.split(),
            Facet.IDENTITY: self.identities.split(),
            Facet.FAITH: self.faiths.split(),
            Facet.AGE: self.ages.split(),
            Facet.ACCESS: self.access.split(),
        }

    def as_new(self) -> NewTherapist:
        first_name = self.name.split()[0]
        return NewTherapist(
            slug=self.slug,
            name=self.name,
            first_name=first_name,
            email=self.email,
            time_zone=self.zone,
            credentials=self.credentials,
            title=self.title,
            pronouns=self.pronouns,
            phone="+16025550142",
            statement=self.statement,
            about=self.about,
            first_call=(
                f"A short call to see if we fit. You can ask {first_name} anything. "
                "There is no charge, and no need to book more."
            ),
            sliding_from_cents=self.sliding_from and self.sliding_from * 100,
            gives_receipts=True,
            accepts_new=self.accepts_new,
            daily_limit=7,
            client_calls=self.client_calls,
            standing_room_url=f"https://rooms.example/{self.slug}",
        )

    def weekly_hours(self) -> list[WeeklyHours]:
        found = []
        for line in self.hours:
            *days, span = line.split()
            start, end = (_minutes(text) for text in span.split("-"))
            found += [WeeklyHours(DAYS.index(day), start, end) for day in days]
        return found

    def session_types(self) -> list[NewSessionType]:
        """Return a free call, an intake, a session, and what comes with later issues."""
        cents = self.price * 100
        return [
            NewSessionType(
                slug="consultation",
                kind=Kind.CONSULTATION,
                name="Free 15-minute call",
                minutes=15,
                buffer_after=5,
                notice_hours=4,
                horizon_days=21,
                modalities=BOTH,
            ),
            NewSessionType(
                slug="intake",
                kind=Kind.INTAKE,
                name="First full session",
                minutes=self.minutes,
                step=60,
                buffer_after=60 - self.minutes,
                price_cents=cents,
                modalities=BOTH,
                needs_approval=self.intake_needs_approval,
            ),
            NewSessionType(
                slug="session",
                kind=Kind.INDIVIDUAL,
                name=f"{self.minutes}-minute session",
                minutes=self.minutes,
                step=60,
                buffer_after=60 - self.minutes,
                price_cents=cents,
                modalities=BOTH,
                allows_series=True,
            ),
            *(self._together(Kind(kind)) for kind in self.together.split()),
        ]

    def _together(self, kind: Kind) -> NewSessionType:
        """Return a longer session for several people at once."""
        return NewSessionType(
            slug=kind.value,
            kind=kind,
            name=f"{A_LONG_SESSION}-minute session",
            minutes=A_LONG_SESSION,
            step=60,
            buffer_after=10,
            price_cents=(A_PLACE_COSTS if kind is Kind.GROUP else self.price + 40) * 100,
            allows_series=True,
            seats=SEATS[kind],
        )


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
