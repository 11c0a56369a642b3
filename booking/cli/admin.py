"""`stillhour admin`: make the first admin, who invites everybody else."""

import click
from flask.cli import with_appcontext

from booking.cli.saying import refusals_in_words
from booking.clock import utcnow
from booking.services.accounts.links import INVITATION_LIVES
from booking.services.accounts.people import FirstAdmin, make_admin
from booking.services.audit import SYSTEM
from booking.web.wiring import parts


@click.command()
@click.argument("email")
@click.option("--name", required=True)
@click.option("--start-over", is_flag=True, help="Take away all they sign in with so far.")
@with_appcontext
def admin(email: str, name: str, *, start_over: bool) -> None:
    """Make whoever has the address EMAIL an admin, and print the link they set it up by, once.

    The link is mailed as well. Somebody who has an account keeps what they sign in with, and the
    link asks them for a code; whoever has none left starts over.
    """
    first = FirstAdmin(name, email, start_over)
    with refusals_in_words():
        url = make_admin(first, links=parts().links, actor=SYSTEM, now=utcnow())
    click.echo(f"{email} is an admin. The link works once, for {INVITATION_LIVES.days} days:")
    click.echo(url)
