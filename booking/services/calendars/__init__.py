"""Calendars that others read, and calendars elsewhere that say when a therapist is busy."""
