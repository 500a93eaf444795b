"""Who is in the directory: one record type for users and groups, and where they are read from."""
