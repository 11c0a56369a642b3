"""What others made is kept exactly as it was taken, with its licence beside it."""

import hashlib
import re
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"
OURS = {".css", ".js", ".md"}
OUR_FILES = {"favicon.svg", "vendor/SHA256SUMS"}
LICENCES = {"fonts/figtree.woff2": "LICENSE.figtree", "fonts/figtree-ext.woff2": "LICENSE.figtree",
            "icons.svg": "LICENSE.lucide"}  # fmt: skip


def recorded() -> dict[str, str]:
    lines = (STATIC / "vendor/SHA256SUMS").read_text(encoding="ascii").splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines)}


def served() -> set[str]:
    files = (path for path in STATIC.rglob("*") if path.is_file())
    return {
        str(path.relative_to(STATIC))
        for path in files
        if path.suffix not in OURS and not path.name.startswith("LICENSE")
    } - OUR_FILES


def test_every_file_that_is_not_ours_has_its_hash_recorded() -> None:
    assert served() == recorded().keys()


def test_every_vendored_file_is_as_it_was_taken() -> None:
    found = {path: hashlib.sha256((STATIC / path).read_bytes()).hexdigest() for path in recorded()}

    assert found == recorded()


def test_every_vendored_file_has_its_licence_beside_it() -> None:
    for path in recorded():
        licence = (STATIC / path).parent / LICENCES[path]

        assert "Copyright" in licence.read_text(encoding="utf-8"), path


def test_every_vendored_file_says_where_it_comes_from() -> None:
    origins = (STATIC / "vendor/README.md").read_text(encoding="utf-8")

    assert all(f"| `{path}` |" in origins for path in recorded())


def test_every_icon_in_use_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([a-z-]+)"', (STATIC / "icons.svg").read_text()))
    pages = (STATIC.parent / "templates").rglob("*.html")

    for page in pages:
        wanted = set(re.findall(r"icon\('([a-z-]+)'\)", page.read_text(encoding="utf-8")))
        assert wanted <= sprite, page.name
