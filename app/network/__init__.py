"""HTTP to one host: the system's TLS roots, proxies, bounded answers, waits. No protocol is known here."""
