"""Choosing the video provider of an appointment."""

from collections.abc import Mapping

from booking.adapters.video import VideoProvider
from booking.adapters.video.demo import DemoVideo
from booking.adapters.video.jitsi import Jaas, SelfHostedJitsi
from booking.adapters.video.link import StandingRoom
from booking.config import Settings
from booking.models import Therapist


def video_providers(settings: Settings) -> Mapping[str, VideoProvider]:
    """Return the providers that are configured, by name; `link` is always among them."""
    video = settings.video
    found: dict[str, VideoProvider] = {"link": StandingRoom()}
    if settings.demo:
        found["demo"] = DemoVideo(settings.public_url, settings.secret_key)
    if video.jitsi_url and video.jitsi_app_id and video.jitsi_app_secret:
        found["jitsi"] = SelfHostedJitsi(
            video.jitsi_url,
            video.jitsi_app_id,
            video.jitsi_app_secret,
            room_secret=settings.secret_key,
        )
    if video.jaas_app_id and video.jaas_key_id and video.jaas_private_key_file:
        found["jaas"] = Jaas(
            video.jaas_app_id,
            video.jaas_key_id,
            video.jaas_private_key_file.read_text(),
            room_secret=settings.secret_key,
        )
    return found


def provider_name(therapist: Therapist, settings: Settings) -> str:
    """Return which provider carries this therapist's sessions: their own, or the practice's."""
    return therapist.video_provider or settings.video.provider
