"""Entries, their chain, and its verification."""
