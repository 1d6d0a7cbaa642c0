"""Gatebook keeps the book at the gate of a public office."""
