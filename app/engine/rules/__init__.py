"""Whom the plan takes in, and what each attribute becomes: mappings and scope, compiled once a cycle."""
