"""The colours of the stylesheet keep the contrast the design promises, in light and in dark."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parent.parent / "static/css/stillhour.css").read_text(encoding="utf-8")

TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11

PAIRS = [
    *[("ink", ground, TEXT) for ground in ("mist", "paper", "sunk")],
    *[("ink", f"{tint}-tint", TEXT) for tint in ("fern", "heather", "gorse", "rosehip")],
    *[("ink-2", ground, TEXT) for ground in ("mist", "paper", "sunk", "fern-tint")],
    *[("fern", ground, TEXT) for ground in ("mist", "paper", "sunk", "fern-tint")],
    ("fern-hover", "fern-tint", TEXT),
    ("on-fern", "fern", TEXT),
    ("on-fern", "fern-hover", TEXT),
    *[("heather", ground, TEXT) for ground in ("mist", "paper", "heather-tint")],
    ("heather", "fern-tint", TEXT),  # their time on the panel that says "You are booked"
    *[("gorse", ground, TEXT) for ground in ("paper", "gorse-tint")],
    *[("rosehip", ground, TEXT) for ground in ("mist", "paper", "rosehip-tint")],
    *[("gorse-line", ground, SHAPE) for ground in ("paper", "gorse-tint")],
    *[("line-2", ground, SHAPE) for ground in ("mist", "paper", "sunk")],
]

# The figures of the design, so that a token cannot drift while it still passes.
DESIGN = {
    "light": {("ink", "mist"): 13.71, ("fern", "paper"): 8.00, ("heather", "paper"): 7.77},
    "dark": {("ink", "mist"): 15.56, ("fern", "paper"): 8.56, ("heather", "paper"): 8.58},
}

SCHEMES = {
    "light": r":root \{",
    "dark": r":root:not\(\[data-theme=\"light\"\]\) \{",
    "chosen dark": r":root\[data-theme=\"dark\"\] \{",
}


def tokens(scheme: str) -> dict[str, str]:
    """Return the six-digit colours that the block of `scheme` sets, by token."""
    block = re.search(SCHEMES[scheme] + r"([^}]*)\}", CSS)
    assert block, f"no block for {scheme}"
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", block.group(1)))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_every_pair_in_use_can_be_read(scheme: str, front: str, ground: str, least: float) -> None:
    colours = tokens(scheme)

    assert contrast(colours[front], colours[ground]) >= least


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_tokens_are_those_of_the_design(scheme: str) -> None:
    colours = tokens(scheme)

    for (front, ground), figure in DESIGN[scheme].items():
        assert contrast(colours[front], colours[ground]) == pytest.approx(figure, abs=0.006)


def test_dark_is_the_same_whether_the_device_or_the_reader_asks_for_it() -> None:
    assert tokens("dark") == tokens("chosen dark")


def test_dark_leaves_no_colour_of_light_behind() -> None:
    assert tokens("dark").keys() == tokens("light").keys()


def test_no_colour_is_written_outside_the_tokens() -> None:
    parts = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL).split("@layer base {", 1)[1]

    stray = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", parts))

    assert stray <= {"#000", "#fff", "#888", "#FFFFFF"}  # ink on printed paper, and the blank page
