"""What the mail about an estimate of cost is told: where it is, and nothing of what it says."""

from dataclasses import dataclass

from booking.adapters.wording.facts import House


@dataclass(frozen=True, slots=True)
class ForEstimate:
    house: House
    url: str
