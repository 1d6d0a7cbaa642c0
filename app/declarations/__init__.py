"""What a visitor states, and the pass it earns."""
