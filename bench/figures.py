"""What was measured, beside what it is held against."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `ratio` is to the reference; `met` is None where there is no goal."""

    what: str
    measured: str
    goal: str = ""
    ratio: float | None = None
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work a figure may cost: `quick` for a look, else enough to quote."""

    quick: bool

    def of(self, quick: int, full: int) -> int:
        return quick if self.quick else full


def times_better(what: str, measured: float, *, reference: float, goal: float, unit: str) -> Figure:
    """Hold a rate (more is better) against `goal` times the reference."""
    ratio = measured / reference
    return Figure(
        what,
        f"{measured:,.0f} {unit}",
        f">= {goal:g} x {reference:,.0f} {unit}",
        ratio,
        ratio >= goal,
    )


def at_most(what: str, measured: float, *, limit: float, unit: str) -> Figure:
    """Hold a cost (less is better) against its limit."""
    return Figure(
        what, f"{measured:,.4g} {unit}", f"<= {limit:g} {unit}", measured / limit, measured <= limit
    )


def exactly(what: str, measured: str, *, goal: str) -> Figure:
    """Hold an outcome against the only right one."""
    return Figure(what, measured, goal, None, measured == goal)


def reported(what: str, measured: str) -> Figure:
    """Say it, with no goal of its own."""
    return Figure(what, measured)


def line(figure: Figure) -> str:
    """Return the figure's line of the table."""
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f} x"
    verdict = {None: "", True: "ok", False: "MISS"}[figure.met]
    return (
        f"  {figure.what:<52} {figure.measured:>20} {ratio:>10}  {figure.goal:<22} {verdict}"
    ).rstrip()
