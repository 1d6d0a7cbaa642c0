"""What only a tablet does."""

from app.clerk import Clerk
from app.tablet.handlers.shifts import begin_shift, hand_over


def register(clerk: Clerk) -> None:
    """Let the clerk know who carries out which command."""
    clerk.register("begin_shift", begin_shift)
    clerk.register("hand_over", hand_over)
