"""Who is asking. Every blueprint names one of these as its `before_request`."""


def anyone() -> None:
    """Let everybody in: these pages show nothing of anyone, or check a link themselves."""
