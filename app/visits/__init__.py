"""The visit: its states, check-in, check-out and correction."""
