"""Fixtures of the servers that tests talk to."""
