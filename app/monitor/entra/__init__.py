"""The monitor's part for plans that Microsoft's service runs: its job, and its log."""
