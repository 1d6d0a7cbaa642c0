"""TLS on a local network: an authority of the office's own, its certificate, and how devices come to trust it."""
