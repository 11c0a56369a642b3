"""Decides. Pure functions and frozen values; standard library only; `now` is an argument."""
