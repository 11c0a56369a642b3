"""Translates the queue. Tasks of one line."""
