"""What templates are given: frozen values, in words, with every time already on a clock."""
