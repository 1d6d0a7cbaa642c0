"""Site, gate, unit, the staff directory, badges and posters."""
