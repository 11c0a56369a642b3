"""The page of an appointment, and what its owner does there: move, cancel, put right."""
