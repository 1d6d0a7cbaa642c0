"""The day's log: rows, search and who is on site now."""
