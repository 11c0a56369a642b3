"""The page of a standing hour, and what its members do there: agree, change, pause, end."""
