"""Telling the demo's history to the clerk, as its people would have."""

from app.demo.handlers.history import DAYS, tell_history
from app.demo.handlers.office import PASSPHRASE, PEOPLE, find_cast

__all__ = ["DAYS", "PASSPHRASE", "PEOPLE", "find_cast", "tell_history"]
