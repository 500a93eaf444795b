"""The practice app and its sample people: no account, no network, nothing to break."""
