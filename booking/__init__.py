"""Stillhour: telehealth session scheduling and booking for psychotherapy practices."""

__version__ = "0.1.0"
