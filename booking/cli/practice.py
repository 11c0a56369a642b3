"""`stillhour practice`: make the practice, or change what holds for all of it."""

import click
from flask.cli import with_appcontext

from booking.cli.saying import number, refusals_in_words
from booking.clock import utcnow
from booking.domain.staffing import FEWEST_MINUTES_IDLE, MOST_MINUTES_IDLE
from booking.services.setup import NewPractice, make_practice


@click.command()
@click.option("--name", required=True, help="The name on your own pages.")
@click.option(
    "--outside-name",
    required=True,
    help="All that mails, texts and calendars say; must not tell what the practice does.",
)
@click.option("--zone", "time_zone", required=True, help="An IANA zone: America/Phoenix.")
@click.option("--phone", required=True, help="The front desk's number.")
@click.option("--desk-hours", default="", help="When somebody answers it, in words.")
@click.option("--country", default="US", show_default=True)
@click.option("--holidays-region", help="Whose holidays it keeps, as a code: AZ.")
@click.option("--sees-abroad/--no-abroad", default=False, show_default=True)
@click.option("--cancel-hours", default=24, show_default=True, help="Free to cancel until.")
@click.option("--move-hours", default=24, show_default=True, help="Free to move until.")
@click.option("--late-fee", default=0.0, show_default=True, help="Late cancellation, dollars.")
@click.option("--email-reminder-hours", default=48, show_default=True, help="0 for none.")
@click.option("--sms-reminder-hours", default=24, show_default=True, help="0 for none.")
@click.option(
    "--staff-idle-minutes",
    type=click.IntRange(FEWEST_MINUTES_IDLE, MOST_MINUTES_IDLE),
    default=15,
    show_default=True,
    help="Staff are signed out after so long without a page.",
)
@with_appcontext
def practice(**given: str | float | bool) -> None:
    """Make the practice; given again, change it to what is said now."""
    phone = number(str(given.pop("phone")), country=str(given["country"]))
    fee = round(float(given.pop("late_fee")) * 100)
    for reminder in ("email_reminder_hours", "sms_reminder_hours"):
        given[reminder] = given[reminder] or None  # type: ignore[assignment]
    new = NewPractice(phone=phone, late_fee_cents=fee, **given)  # type: ignore[arg-type]
    with refusals_in_words():
        make_practice(new, now=utcnow())
    click.echo("The practice is set. Next: stillhour therapist add --help")
