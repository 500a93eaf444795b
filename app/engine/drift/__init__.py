"""Drift: where the app is not as it should be, told and repaired. Entra's service never looks."""
