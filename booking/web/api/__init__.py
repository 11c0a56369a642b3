"""The JSON API, version 1: it shows and books what a new client may. No keys, no cookies."""
