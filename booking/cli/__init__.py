"""Translates the command line: what an operator does to start and keep a practice."""
