"""What happens when things break on purpose."""
