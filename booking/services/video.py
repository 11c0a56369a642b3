"""Choosing the video providers a practice can use, by its settings."""

from collections.abc import Mapping

from booking.adapters.video import VideoProvider
from booking.config import Settings


def video_providers(settings: Settings) -> Mapping[str, VideoProvider]:
    """Return the providers that are configured, by name; `link` is always among them."""
    return {}
