"""What only a tablet does."""

from app.clerk import Clerk
from app.tablet.handlers.refused import discard_refused, hand_to_reception, import_outbox
from app.tablet.handlers.shifts import begin_shift, hand_over


def register(clerk: Clerk) -> None:
    """Let the clerk know who carries out which command."""
    clerk.register("begin_shift", begin_shift)
    clerk.register("hand_over", hand_over)
    clerk.register("hand_to_reception", hand_to_reception)
    clerk.register("discard_refused", discard_refused)
    clerk.register("import_outbox", import_outbox)
