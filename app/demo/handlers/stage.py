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
TOGETHER = 100


class Act:
    """Something that was done at a moment; it reaches the clerk with others, or when its answer is asked for."""

    def __init__(self, stage: "Stage", moment: datetime, actor: Actor, command: Command, command_id: UUID) -> None:
        """Keep who did what, and when."""
        self.moment, self.actor, self.command, self.command_id = moment, actor, command, command_id
        self._stage = stage
        self._wait: Callable[[float], Outcome] | None = None
        self._outcome: Outcome | None = None

    def begin(self, clerk: Clerk) -> None:
        """Hand it to the clerk."""
        self._wait = clerk.begin(self.command_id, self.command, self.actor)

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        if self._wait is None:
            self._stage.hand_over()
        if self._outcome is None and self._wait is not None:
            self._outcome = self._wait(SECONDS)
        assert self._outcome is not None  # noqa: S101 - handed over just now
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
        self._kept: list[Act] = []
        self._open: list[Act] = []

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
        act = Act(self, self.clock.now(), actor, command, command_id or new_id())
        self._kept.append(act)
        if len(self._kept) >= TOGETHER:
            self.hand_over()
        return act

    def hand_over(self) -> None:
        """Hand what was done to the clerk, each at its own moment: together it costs few commits."""
        now, kept, self._kept = self.clock.moment, self._kept, []
        for act in kept:
            self.clock.moment = act.moment
            act.begin(self.clerk)
        self.clock.moment = now
        self._open += kept

    def play(self, until: datetime) -> None:
        """Wake scripts up to a moment; those who wait for a later one stay where they are."""
        while self._waiting and self._waiting[0][0] <= until:
            moment, _, script = heapq.heappop(self._waiting)
            self.clock.moment = max(self.clock.moment, moment)
            self._wake(script)
        self.clock.moment = max(self.clock.moment, until)
        self.settle()

    def settle(self) -> None:
        """Wait until all that was done is written."""
        self.hand_over()
        for act in self._open:
            if act.outcome.status is Status.REFUSED:
                self.refused.append((act.command.kind_name, act.outcome))
        self._open = []
