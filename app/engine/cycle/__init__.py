"""One provisioning cycle, phase by phase: read, decide, match, send, record."""
