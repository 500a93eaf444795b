"""One person, or one group with a few members, provisioned at once and told step by step."""
