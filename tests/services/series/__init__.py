"""Standing hours, as the services do them, on both databases."""
