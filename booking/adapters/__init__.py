"""Speaks to the outside. A Protocol, a fake, and one file a vendor; never a table."""
