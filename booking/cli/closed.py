"""`stillhour closed …`: when the whole practice is closed."""

from datetime import datetime, timedelta

import click
from flask.cli import with_appcontext

from booking.cli.saying import refusals_in_words
from booking.clock import utcnow
from booking.domain.interval import Interval
from booking.domain.zones import day_start, zone
from booking.errors import InvalidInput, Problem
from booking.models import db
from booking.queries.closures import closures_ahead
from booking.queries.practices import the_practice
from booking.services import closures

DATE = click.DateTime(["%Y-%m-%d"])
A_DAY = timedelta(days=1)


@click.group()
def closed() -> None:
    """Say when the practice is closed: nothing can be booked then. Sessions stay booked."""


@closed.command("list")
@with_appcontext
def list_() -> None:
    """List what is ahead, each with the number to remove it by."""
    here = zone(the_practice(db.session()).time_zone)
    for row in closures_ahead(db.session(), now=utcnow()):
        first, until = (
            f"{at.astimezone(here):%Y-%m-%d %H:%M}" for at in (row.from_at, row.until_at)
        )
        click.echo(f"{row.id}  {first} until {until}  {row.name}")


@closed.command()
@click.argument("name")
@click.argument("first", type=DATE)
@click.argument("last", type=DATE, required=False)
@with_appcontext
def add(name: str, first: datetime, last: datetime | None) -> None:
    """Close from FIRST to LAST, both included, by the practice's clock: 2030-12-24."""
    with refusals_in_words():
        here = zone(the_practice(db.session()).time_zone)
        end = last or first
        if end < first:
            raise InvalidInput(Problem("last", "order"))
        span = Interval(day_start(first.date(), here), day_start(end.date() + A_DAY, here))
        db.session.rollback()
        number = closures.close_practice(name, span, now=utcnow())
    click.echo(f"Closed, as number {number}.")


@closed.command()
@click.argument("number", type=int)
@with_appcontext
def remove(number: int) -> None:
    """Take the closure of that number back."""
    with refusals_in_words():
        closures.open_again(number, now=utcnow())
    click.echo("Open again.")


@closed.command()
@click.argument("year", type=click.IntRange(2000, 2100))
@with_appcontext
def holidays(year: int) -> None:
    """Close on the public holidays of YEAR in the practice's region."""
    with refusals_in_words():
        region = the_practice(db.session()).holidays_region
        db.session.rollback()
        days = closures.close_on_holidays(region, year, now=utcnow())
    click.echo(f"Closed on {len(days)} days.")
