"""The window that shows a running setup."""
