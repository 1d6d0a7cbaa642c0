"""The only place that asks the machine for the time."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class SetClock(Clock):
    """A clock that shows what it was set to: for tests and for the demo's history."""

    def __init__(self, moment: datetime) -> None:
        """Start at `moment`, which must be aware."""
        self.moment = moment

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.moment

    def advance(self, **by: float) -> None:
        """Move on by a timedelta's arguments, such as `minutes=15`."""
        self.moment += timedelta(**by)
