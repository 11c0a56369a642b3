"""Measures. Each module prints its figures and what they are held against."""
