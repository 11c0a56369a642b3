"""Waiting for a time."""
