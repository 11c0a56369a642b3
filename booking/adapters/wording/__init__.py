"""Puts what a service knows into words: mails, texts, and the times in them."""
