"""Calendars that are offered, and calendars that are read."""
