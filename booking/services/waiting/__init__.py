"""Waiting for a time: joining the line, what comes free, and who is asked next."""
