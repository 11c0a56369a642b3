"""A believable practice to look at, made through the same services as real use."""
