"""Provisioning on this computer: expressions, scoping, cycle, store, guard, log."""
