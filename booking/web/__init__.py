"""Translates HTTP: parse, one service or query, render. No rules."""
