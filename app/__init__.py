"""Rollcall: automatic user provisioning from Microsoft Entra ID, set up page by page."""

__version__ = "0.1.0"
