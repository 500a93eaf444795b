"""What the person decides: the plan, app profiles, tenant URL, mappings, scope, secrets. Plain data."""
