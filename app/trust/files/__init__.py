"""The authority and the certificate as files, and what devices take in."""
