"""The demo's time: scripts that wait for their moments, and the clerk who writes down what they do.

A script is a generator: it gives the moment at which it wants to go on. The stage wakes scripts in the order of their
moments, so the journal's times never go back, while the clerk still commits many commands at once.
"""

import heapq
import itertools
from collections.abc import Callable, Generator
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from app.clerk import Actor, Clerk, Command, Outcome, Status
from app.clock import SetClock
from app.kit.ids import new_id

Script: TypeAlias = Generator[datetime, None, None]
SECONDS = 120


class Act:
    """Something that was handed to the clerk; its answer is waited for only when somebody asks."""

    def __init__(self, wait: Callable[[float], Outcome]) -> None:
        """Keep what waits for the outcome."""
        self._wait = wait
        self._outcome: Outcome | None = None

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        if self._outcome is None:
            self._outcome = self._wait(SECONDS)
        return self._outcome

    @property
    def recorded(self) -> bool:
        """Whether it stands in the book."""
        return self.outcome.status is Status.RECORDED

    @property
    def values(self) -> dict[str, Any]:
        """The values of the answer."""
        return self.outcome.values


class Stage:
    """Where the scripts of a history play."""

    def __init__(self, clerk: Clerk, clock: SetClock) -> None:
        """Make an empty stage; the clerk is at work and looks at this clock."""
        self.clerk = clerk
        self.clock = clock
        self.refused: list[tuple[str, Outcome]] = []
        self._waiting: list[tuple[datetime, int, Script]] = []
        self._order = itertools.count()
        self._open: list[tuple[str, Act]] = []

    def enter(self, script: Script) -> None:
        """Let a script begin: it says when it wants to be woken."""
        self._wake(script)

    def _wake(self, script: Script) -> None:
        moment = next(script, None)
        if moment is not None:
            heapq.heappush(self._waiting, (moment, next(self._order), script))

    def do(self, actor: Actor, command: Command, command_id: UUID | None = None) -> Act:
        """Have something done now, on the stage's clock."""
        if "device_time" not in command.model_fields_set and actor.device_id is not None:
            command = command.model_copy(update={"device_time": self.clock.now()})
        act = Act(self.clerk.begin(command_id or new_id(), command, actor))
        self._open.append((command.kind_name, act))
        return act

    def play(self, until: datetime) -> None:
        """Wake scripts up to a moment; those who wait for a later one stay where they are."""
        while self._waiting and self._waiting[0][0] <= until:
            moment, _, script = heapq.heappop(self._waiting)
            self.clock.moment = max(self.clock.moment, moment)
            self._wake(script)
        self.clock.moment = max(self.clock.moment, until)
        self.settle()

    def settle(self) -> None:
        """Wait until all that was handed over is written."""
        self.refused += [(kind, act.outcome) for kind, act in self._open if act.outcome.status is Status.REFUSED]
        self._open = []
