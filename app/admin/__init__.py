"""The settings people change at work."""
