"""Test connection: the checks, the verdict, the report."""
