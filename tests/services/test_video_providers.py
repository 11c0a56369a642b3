"""Which video providers there are, by what is configured; no key, no provider."""

from dataclasses import replace
from pathlib import Path

import pytest

from booking.config import Settings
from booking.services.video import provider_name, video_providers
from tests import factories
from tests.adapters.test_video import APP_ID, PRIVATE_PEM
from tests.databases import settings_for

JITSI = {
    "JITSI_URL": "https://meet.example.org",
    "JITSI_APP_ID": "elm",
    "JITSI_APP_SECRET": "a secret that is long enough to be one",
}


def settings(folder: Path, **more: str) -> Settings:
    return settings_for("sqlite://", folder, **more)


def test_without_keys_there_are_only_standing_rooms(tmp_path: Path) -> None:
    assert set(video_providers(settings(tmp_path))) == {"link"}


def test_the_demo_has_rooms_of_its_own(tmp_path: Path) -> None:
    assert set(video_providers(settings(tmp_path, DEMO="1"))) == {"link", "demo"}


def test_a_jitsi_of_ones_own_is_there_with_all_its_keys(tmp_path: Path) -> None:
    assert set(video_providers(settings(tmp_path, **JITSI))) == {"link", "jitsi"}


@pytest.mark.parametrize("missing", ["jitsi_url", "jitsi_app_id", "jitsi_app_secret"])
def test_one_key_less_is_no_provider(tmp_path: Path, missing: str) -> None:
    whole = settings(tmp_path, **JITSI)

    lacking = replace(whole, video=replace(whole.video, **{missing: None}))  # type: ignore[arg-type]

    assert set(video_providers(lacking)) == {"link"}


def test_jaas_reads_its_key_from_the_file(tmp_path: Path) -> None:
    key_file = tmp_path / "jaas.pem"
    key_file.write_text(PRIVATE_PEM)
    env = {
        "JAAS_APP_ID": APP_ID,
        "JAAS_KEY_ID": f"{APP_ID}/k1",
        "JAAS_PRIVATE_KEY_FILE": str(key_file),
    }

    assert set(video_providers(settings(tmp_path, **env))) == {"link", "jaas"}


@pytest.mark.usefixtures("practice")
def test_a_therapists_own_provider_goes_before_the_practices(tmp_path: Path) -> None:
    ours = settings(tmp_path)
    bo = factories.therapist(slug="bo", email="bo@alder.example", video_provider="demo")
    cy = factories.therapist(slug="cy", email="cy@alder.example")

    assert provider_name(bo, ours) == "demo"
    assert provider_name(cy, ours) == "link"
