"""Joining the line for a time, one's place in it, and the answer to what is offered."""
