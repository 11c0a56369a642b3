"""Does. One use case a function, one transaction a use case."""
