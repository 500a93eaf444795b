"""Mail about failures, quarantine and the deletion guard: each is told once, until it changes."""
