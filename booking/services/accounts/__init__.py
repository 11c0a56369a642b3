"""Accounts of those who work here: coming in, staying, and what they prove who they are with."""
