"""The logbook as a file."""
