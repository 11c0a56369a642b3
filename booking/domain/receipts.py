"""What the carrier later says about a text, and which word stands when several arrive.

Receipts come late, twice, in any order or never. Whatever the order, the same receipts must
leave the same status behind.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One receipt. `reference` is the vendor's name for the text; `error_code` may be empty."""

    reference: str
    status: str
    error_code: str


DELIVERED = "delivered"
READ = "read"

# How far along its way each status puts a text. A status missing here is one the vendor has
# invented since; it ranks below every status we know.
RANK = {
    "accepted": 1,
    "scheduled": 1,
    "queued": 2,
    "sending": 3,
    "sent": 4,
    "partially_delivered": 4,
    DELIVERED: 5,
    "undelivered": 5,
    "failed": 5,
    "canceled": 5,
    READ: 6,
}
FINAL = frozenset({DELIVERED, "undelivered", "failed", "canceled", READ})
UNKNOWN_RANK = 0


def supersedes(old: str, new: str) -> bool:
    """Return whether `new` takes the place of `old`, where "" is no status yet.

    Only forward, and a final status stays, save that a delivered text may turn out read.
    """
    if not new:
        return False
    if old in FINAL:
        return (old, new) == (DELIVERED, READ)
    return not old or RANK.get(new, UNKNOWN_RANK) > RANK.get(old, UNKNOWN_RANK)
