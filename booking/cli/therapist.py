"""`stillhour therapist …`: add people, their hours, licences and session types."""

from collections import defaultdict
from datetime import datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from booking.cli.saying import day, number, refusals_in_words
from booking.clock import utcnow
from booking.domain.availability import WeeklyHours
from booking.domain.facets import Facet, labels
from booking.domain.lifecycle import Kind, Modality
from booking.models import Therapist, db
from booking.services import setup
from booking.services.accounts.people import invite_therapist
from booking.services.audit import SYSTEM
from booking.services.availability import set_weekly_hours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DATE = click.DateTime(["%Y-%m-%d"])


@click.group()
def therapist() -> None:
    """Add therapists and say when and where they may see people."""


@therapist.command()
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--first-name", required=True, help="What clients call them.")
@click.option("--email", required=True, help="Where they are told of bookings, and sign in.")
@click.option("--zone", "time_zone", required=True, help="An IANA zone: America/Phoenix.")
@click.option("--credentials", default="")
@click.option("--title", default="")
@click.option("--pronouns", default="")
@click.option("--statement", default="", help="One or two sentences in their own words.")
@click.option("--daily-limit", type=click.IntRange(1, 40))
@click.option("--weekly-limit", type=click.IntRange(1, 100))
@click.option("--standing-room-url", help="Their own video room, where VIDEO_PROVIDER is link.")
@click.option("--client-calls/--therapist-calls", default=False, help="Who rings, by phone.")
@click.option("--phone", help="The number clients ring, where clients ring.")
@with_appcontext
def add(slug: str, **given: str | int | bool | None) -> None:
    """Add a therapist under SLUG, the name in their addresses: amara-okafor."""
    if given["phone"]:
        given["phone"] = number(str(given["phone"]))
    with refusals_in_words():
        new = setup.NewTherapist(slug=slug, **given)  # type: ignore[arg-type]
        therapist_id = setup.add_therapist(new, now=utcnow())
        invite_therapist(therapist_id, actor=SYSTEM, now=utcnow())
    click.echo(f"{slug} is added and invited to sign in. Next: hours, licence and session-type.")


@therapist.command()
@click.argument("slug")
@click.argument("blocks", nargs=-1, required=True)
@with_appcontext
def hours(slug: str, blocks: tuple[str, ...]) -> None:
    """Set SLUG's weekly hours: "mon,tue 9:00-12:30" "thu 13:00-19:00"."""
    with refusals_in_words():
        set_weekly_hours(_id_of(slug), _weekly(blocks), actor=SYSTEM, now=utcnow())
    click.echo(f"{slug}'s hours are set.")


@therapist.command()
@click.argument("slug")
@click.argument("state")
@click.option("--number", default="")
@click.option("--from", "valid_from", type=DATE, required=True)
@click.option("--until", "valid_until", type=DATE, help="The last day it holds.")
@with_appcontext
def licence(
    slug: str, state: str, number: str, valid_from: datetime, valid_until: datetime | None
) -> None:
    """Let SLUG see people who are in STATE (a USPS code), between two dates."""
    with refusals_in_words():
        setup.add_licence(
            slug,
            state.upper(),
            number,
            valid_from=valid_from.date(),
            valid_until=day(valid_until),
            now=utcnow(),
        )
    click.echo(f"{slug} may see people in {state.upper()}.")


@therapist.command("session-type")
@click.argument("slug")
@click.argument("type_slug")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), required=True)
@click.option("--name", required=True, help="What clients read: Free 15-minute call.")
@click.option("--minutes", type=click.IntRange(5, 480), required=True)
@click.option("--step", type=click.IntRange(5, 480), default=30, show_default=True)
@click.option("--buffer-before", type=click.IntRange(0, 240), default=0, show_default=True)
@click.option("--buffer-after", type=click.IntRange(0, 240), default=0, show_default=True)
@click.option("--notice-hours", type=click.IntRange(0, 720), default=12, show_default=True)
@click.option("--horizon-days", type=click.IntRange(1, 366), default=60, show_default=True)
@click.option("--price", default=0.0, show_default=True, help="Dollars.")
@click.option("--phone/--video-only", default=False)
@click.option("--open-to-new/--closed-to-new", default=True)
@click.option("--needs-approval/--books-at-once", default=False)
@click.option(
    "--standing/--one-by-one", "allows_series", default=False, help="Weekly hours may be booked."
)
@click.option("--seats", type=click.IntRange(1, 30), default=1, show_default=True)
@with_appcontext
def session_type(slug: str, type_slug: str, **given: str | float | bool) -> None:
    """Let people book TYPE_SLUG with SLUG."""
    modalities = (Modality.VIDEO, Modality.PHONE) if given.pop("phone") else (Modality.VIDEO,)
    price, kind = round(float(given.pop("price")) * 100), Kind(str(given.pop("kind")))
    new = setup.NewSessionType(
        slug=type_slug,
        kind=kind,
        price_cents=price,
        modalities=modalities,
        **given,  # type: ignore[arg-type]
    )
    with refusals_in_words():
        setup.add_session_type(slug, new, now=utcnow())
    click.echo(f"{type_slug} can be booked with {slug}.")


@therapist.command()
@click.argument("slug")
@click.argument("words", nargs=-1, required=True)
@with_appcontext
def words(slug: str, words: tuple[str, ...]) -> None:
    """Say what SLUG is found by: need=anxiety language=es insurance=aetna …

    Each time all of them; what is not said is taken away.
    """
    chosen: dict[Facet, list[str]] = defaultdict(list)
    for word in words:
        facet, _, value = word.partition("=")
        if facet not in set(Facet) or value not in labels(Facet(facet)):
            raise click.ClickException(f"{word} is not known; see booking/domain/facets.py")
        chosen[Facet(facet)].append(value)
    with refusals_in_words():
        setup.set_facets(slug, chosen, now=utcnow())
    click.echo(f"{slug} is found by {len(words)} words.")


def _id_of(slug: str) -> int:
    found = db.session.scalars(select(Therapist.id).filter_by(slug=slug)).one_or_none()
    db.session.rollback()
    if found is None:
        raise click.ClickException(f"there is no therapist {slug}")
    return found


def _weekly(blocks: tuple[str, ...]) -> list[WeeklyHours]:
    try:
        return [
            WeeklyHours(DAYS.index(day), _minute(start), _minute(end))
            for block in blocks
            for days, span in [block.split()]
            for start, end in [span.split("-")]
            for day in days.split(",")
        ]
    except ValueError:
        raise click.ClickException('hours look like "mon,tue 9:00-12:30"') from None


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
