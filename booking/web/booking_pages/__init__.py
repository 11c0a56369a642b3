"""The way to a booking: a time, about you, check. Each step is a POST that leads to a GET."""
