"""From the codes of the inside to calm, plain sentences: what happened, and what to do."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from booking.errors import Rule

# Why a time, or a change, cannot be had.
RULES: Mapping[Rule, LazyString] = MappingProxyType(
    {
        Rule.PAST: _l("That time has passed."),
        Rule.NOTICE: _l("That time is too soon. The therapist needs a little longer to prepare."),
        Rule.HORIZON: _l("That time is further ahead than can be booked yet."),
        Rule.SESSION_TYPE: _l("This kind of session is not open to new clients right now."),
        Rule.LICENCE: _l("The therapist may not see people in that state on that date."),
        Rule.OUTSIDE_HOURS: _l("That time is outside the therapist's hours."),
        Rule.OFF_GRID: _l("No session starts at that minute. Please pick a time that is shown."),
        Rule.LIMIT: _l("The therapist sees no more people on that day or in that week."),
        Rule.TAKEN: _l("Someone booked that time a moment ago. Nothing was booked for you."),
        Rule.BUFFER: _l("That time is too close to another session."),
        Rule.POLICY: _l("This cannot be done here any more. Please call the front desk."),
    }
)

# What is wrong with one field.
PROBLEMS: Mapping[str, LazyString] = MappingProxyType(
    {
        "missing": _l("Please fill this in."),
        "too_long": _l("Please use fewer characters."),
        "characters": _l("Please use only letters, digits and common signs."),
        "format": _l("Please check how this is written."),
        "unknown": _l("Please choose one of the answers we know."),
        "type": _l("This is not the kind of value we expect here."),
        "unexpected": _l("We do not know this field."),
        "range": _l("This is not within the range we can use."),
        "past": _l("This has passed already."),
        "order": _l("The end must come after the start."),
        "overlap": _l("These times run into each other."),
        "taken": _l("This one is in use already."),
        "pattern": _l("This does not describe a standing hour we can book."),
        "changed": _l("This has changed meanwhile. Please look at it again."),
        "same": _l("Each person needs an email of their own."),
        "too_many": _l("More people than can come to it."),
        "of_age": _l("People who are of age book for themselves."),
        "alone": _l("In that state a parent or guardian books for people of that age."),
        "too_short": _l("Please use at least 12 characters. Three or four words do well."),
        "common": _l("This is easy to guess. Please use words that nobody would expect together."),
        "wrong_code": _l("This code is not right, or was used already. Please take the next one."),
        "nobody_left": _l("Somebody here has to be an admin who can sign in."),
        "no_part": _l("Please choose what they do here."),
        "last_one": _l("Nothing would be left to sign in with."),
        "telling": _l("This tells what appointments are about. Please choose a neutral name."),
    }
)

# The headings of pages, and the titles of problems.
REFUSALS: Mapping[str, LazyString] = MappingProxyType(
    {
        "not_found": _l("We could not find that"),
        "slot_taken": _l("That time is taken"),
        "policy": _l("That cannot be done here"),
        "validation": _l("Please check your answers"),
        "hold_expired": _l("We let the time go"),
        "key_reused": _l("This key was used for another request"),
        "in_flight": _l("We are still working on it"),
        "past": _l("That time has passed"),
        "notice": _l("That time is too soon"),
        "horizon": _l("That time is too far ahead"),
        "session_type": _l("That session is not open now"),
        "licence": _l("Not in that state"),
        "outside_hours": _l("That time is outside hours"),
        "off_grid": _l("No session starts then"),
        "limit": _l("That day is full"),
        "buffer": _l("That time is too close to another"),
        "malformed": _l("We could not read the request"),
        "forbidden": _l("This came from another site"),
        "method": _l("This page does not do that"),
        "too_large": _l("That is more than we can take"),
        "media_type": _l("We cannot read that kind of file"),
        "too_many": _l("That was a lot in a short time"),
        "failed": _l("Something went wrong on our side"),
        "busy": _l("We cannot reach our records right now"),
        "not_set_up": _l("This practice is not set up yet"),
        "not_proved": _l("That did not match"),
        "too_many_tries": _l("That was tried too often"),
        "not_yours": _l("This page is for others here"),
    }
)

# What happened and what did not, for codes that no rule explains.
SENTENCES: Mapping[str, LazyString] = MappingProxyType(
    {
        "not_found": _l("There is nothing at this address. Perhaps the link was cut short."),
        "dead_link": _l("This link is no longer active. Enter your email to get a new one."),
        "validation": _l("Nothing was booked or changed. Some of the answers need another look."),
        "hold_expired": _l("The time we held for you ran out. Nothing was booked."),
        "key_reused": _l("The same key came with another request before. Use a new one."),
        "in_flight": _l("The same request is being worked on. Please wait a moment."),
        "malformed": _l("Nothing was booked or changed. Please go back and try again."),
        "forbidden": _l("To keep you safe, we only take forms that were sent from our own pages."),
        "method": _l("Nothing was booked or changed. Please go back and try again."),
        "too_large": _l("Nothing was booked or changed. Please send less at once."),
        "media_type": _l("Nothing was booked or changed. Please send it in another form."),
        "no_key": _l("Please send an Idempotency-Key of your own with each new request."),
        "too_many": _l("Nothing is wrong. Please wait a minute, then try again."),
        "failed": _l("Nothing was booked or changed. Please try again in a moment."),
        "busy": _l("Nothing was booked or changed. Please try again in a moment."),
        "not_set_up": _l("Please come back a little later."),
        "not_proved": _l("The email, the password and the code do not go together."),
        "too_many_tries": _l("Please wait 15 minutes, or come in another way."),
        "not_yours": _l("What you do here does not need it. An admin can change that."),
    }
)


def sentence_for(code: str) -> str:
    """Return one sentence for the code of a refusal: its rule's, else its own."""
    if code in SENTENCES:
        return str(SENTENCES[code])
    return str(RULES[Rule(code)])


def heading_for(code: str) -> str:
    return str(REFUSALS[code])


def problem_words(code: str) -> str:
    """Return what to say at a field; a code nobody wrote words for is a matter of format."""
    return str(PROBLEMS.get(code, PROBLEMS["format"]))
