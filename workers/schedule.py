"""What runs by the clock: how often, and how long a run that could not start is good for.

Intervals, in UTC: a clock that goes forward or back skips nothing and repeats nothing.
"""

from booking.config import Settings

SECOND = 1.0
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


def schedule(settings: Settings) -> dict[str, dict[str, object]]:
    """Return the beat table."""
    return {
        "send what is due": _every(settings.sweep_seconds, "workers.messages.sweep"),
        "let go of what ran out": _every(30 * SECOND, "workers.upkeep.let_go"),
        "pass on what came free": _every(20 * SECOND, "workers.upkeep.pass_on"),
        "read calendars": _every(MINUTE, "workers.calendars.sweep"),
        "refresh the directory": _every(20 * SECOND, "workers.upkeep.refresh_directory"),
        "follow the clocks": _every(HOUR, "workers.upkeep.follow_zone_data"),
        "top up standing hours": _every(HOUR, "workers.upkeep.top_up"),
        "owe estimates": _every(10 * MINUTE, "workers.upkeep.owe_estimates"),
        "erase drafts": _every(10 * MINUTE, "workers.upkeep.erase_drafts"),
        "forget keys": _every(HOUR, "workers.upkeep.forget_keys"),
        "forget typed addresses": _every(HOUR, "workers.upkeep.forget_typed_addresses"),
    }


def _every(seconds: float, task: str) -> dict[str, object]:
    # A run that waited for a whole interval is no use: the next one does its work.
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, SECOND)}}
