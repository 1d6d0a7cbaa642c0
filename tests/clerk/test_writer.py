"""The clerk: what is answered is durable, what failed left no trace, and one bad command holds nobody up."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.clerk import Actor, Clerk, Command, Outcome, Receipt, Status, Work
from app.clock import SetClock
from app.db import Book, table_of
from app.errors import Problem, Refusal
from app.journal.handlers import ENTRIES, lock_head, record
from app.journal.queries import verify_site
from app.kit.ids import new_id
from app.main import make_clerk
from tests.apart import run
from tests.office import Office

RECEIPTS = table_of(Receipt)
PATIENCE = 30


class Try(Command):
    """Something to try the clerk with."""

    kind: Literal["try"] = "try"
    how: Literal["well", "refused", "crashed"] = "well"
    text: str = ""


class Hold(Command):
    """Keep the clerk busy until the test lets go."""

    kind: Literal["hold"] = "hold"


class Bench:
    """A clerk of a test's own, that can be held so that what comes meanwhile makes one batch."""

    def __init__(self, office: Office, queue_limit: int = 2000) -> None:
        self.office, self.actor = office, office.actors["manager"]
        self.clerk = make_clerk(office.book, office.clock, queue_limit)
        self.sizes: list[int] = []
        self.held, self.go_on = threading.Event(), threading.Event()
        self.clerk.register("try", attempt)
        self.clerk.register("hold", self._hold)
        self.clerk.listeners.append(lambda report: self.sizes.append(report.size))
        self.clerk.start()

    def _hold(self, work: Work, _command: Hold) -> dict[str, Any]:
        lock_head(work)
        self.held.set()
        self.go_on.wait(PATIENCE)
        return {}

    def hold(self) -> None:
        """Keep the clerk busy."""
        self.clerk.begin(new_id(), Hold(), self.actor)
        assert self.held.wait(PATIENCE)

    def together(self, *commands: Try) -> list[tuple[UUID, Outcome | Problem]]:
        """Hand commands over so that they make one batch, and return each id with how it ended."""
        self.hold()
        begun = [(command_id, self.clerk.begin(command_id, command, self.actor)) for command_id, command in
                 ((new_id(), command) for command in commands)]  # fmt: skip
        self.go_on.set()
        return [(command_id, ended(wait)) for command_id, wait in begun]

    def entries(self) -> list[str]:
        """Return what was tried with success, in the journal's order."""
        with self.office.book.reading() as session:
            assert verify_site(session, self.office.site_id).holds
            query = sa.select(ENTRIES.c.command_id).where(
                ENTRIES.c.site_id == self.office.site_id, ENTRIES.c.event == "Tried"
            )
            return [str(found) for found in session.scalars(query.order_by(ENTRIES.c.sequence))]

    def receipt(self, command_id: UUID) -> str | None:
        """Return the status that a command's receipt keeps."""
        with self.office.book.reading() as session:
            query = sa.select(RECEIPTS.c.status).where(
                RECEIPTS.c.site_id == self.office.site_id, RECEIPTS.c.command_id == command_id
            )
            return session.scalar(query)


def attempt(work: Work, command: Try) -> dict[str, Any]:
    """Write an entry, and then do what the command says."""
    lock_head(work)
    sequence = record(work, "Tried", ("site", work.site_id), {"text": command.text})
    if command.how == "refused":
        raise Refusal("not_found", text=command.text)
    if command.how == "crashed":
        raise RuntimeError("a fault of ours")
    return {"sequence": sequence}


def ended(wait: Any) -> Outcome | Problem:
    try:
        return wait(PATIENCE)
    except Problem as problem:
        return problem


def code_of(outcome: Outcome | Problem) -> str | None:
    return outcome.code


@pytest.fixture
def bench(office: Office) -> Iterator[Bench]:
    made = Bench(office)
    yield made
    made.go_on.set()
    made.clerk.stop()


def test_a_released_savepoint_does_not_survive_the_outer_rollback(book: Book, office: Office) -> None:
    row: dict[str, Any] = {
        "site_id": office.site_id, "command_id": new_id(), "content_hash": b"", "account_id": new_id(), "kind": "try",
        "mode": "ask", "status": "recorded", "answer": {}, "received_at": office.clock.now(),
    }  # fmt: skip
    with book.writer.connect() as connection:
        transaction = connection.begin()
        connection.exec_driver_sql("SAVEPOINT command")
        connection.execute(sa.insert(RECEIPTS), row)
        connection.exec_driver_sql("RELEASE SAVEPOINT command")
        transaction.rollback()
    with book.reading() as session:
        assert session.scalar(sa.select(RECEIPTS.c.kind).where(RECEIPTS.c.command_id == row["command_id"])) is None


def test_what_waits_together_is_one_commit(bench: Bench) -> None:
    outcomes = bench.together(*(Try(text=str(number)) for number in range(5)))
    assert {outcome.status for _, outcome in outcomes if isinstance(outcome, Outcome)} == {Status.RECORDED}
    bench.clerk.stop()
    assert bench.sizes == [1, 5]


def test_one_bad_command_does_not_hold_up_the_rest(bench: Bench) -> None:
    outcomes = bench.together(Try(text="a"), Try(how="crashed"), Try(text="b"))
    assert [code_of(outcome) for _, outcome in outcomes] == [None, "not_recorded", None]
    assert bench.entries() == [str(outcomes[0][0]), str(outcomes[2][0])]


def test_a_crash_leaves_no_receipt_and_may_be_tried_again(bench: Bench) -> None:
    [(command_id, outcome)] = bench.together(Try(how="crashed"))
    assert isinstance(outcome, Problem)
    assert (outcome.status, bench.receipt(command_id)) == (503, None)
    again = bench.clerk.submit(command_id, Try(text="now"), bench.actor)
    assert again.status is Status.RECORDED


def test_a_refusal_by_rule_leaves_a_receipt_and_nothing_else(bench: Bench) -> None:
    outcomes = bench.together(Try(text="a"), Try(how="refused", text="why"), Try(text="b"))
    refused_id, refused = outcomes[1]
    assert isinstance(refused, Outcome)
    assert (refused.status, refused.code, refused.values) == (Status.REFUSED, "not_found", {"text": "why"})
    assert bench.receipt(refused_id) == "refused"
    assert bench.entries() == [str(outcomes[0][0]), str(outcomes[2][0])]
    assert bench.clerk.submit(refused_id, Try(how="refused", text="why"), bench.actor) == refused


def test_the_same_command_twice_in_a_batch_is_done_once(bench: Bench) -> None:
    bench.hold()
    command_id = new_id()
    waits = [bench.clerk.begin(command_id, Try(text=text), bench.actor) for text in ("a", "a", "b")]
    bench.go_on.set()
    assert [wait(PATIENCE).status for wait in waits] == [Status.RECORDED, Status.REPEATED, Status.CONFLICT]
    assert bench.entries() == [str(command_id)]


def test_a_commit_that_fails_is_told_to_everybody_and_leaves_nothing(bench: Bench) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError("the disk is full")

    bench.clerk.before_commit.append(fail)
    outcomes = bench.together(Try(text="a"), Try(text="b"))
    assert [code_of(outcome) for _, outcome in outcomes] == ["not_recorded", "not_recorded"]
    bench.clerk.before_commit.remove(fail)
    assert bench.entries() == []
    assert [bench.receipt(command_id) for command_id, _ in outcomes] == [None, None]


def test_a_full_queue_is_told_so_and_what_waits_is_still_done(office: Office) -> None:
    bench = Bench(office, queue_limit=2)
    bench.hold()
    waits = [bench.clerk.begin(new_id(), Try(text=str(number)), bench.actor) for number in range(2)]
    with pytest.raises(Problem) as full:
        bench.clerk.submit(new_id(), Try(), bench.actor)
    assert (full.value.status, full.value.code, full.value.values) == (503, "busy", {"retry_after": 2})
    bench.go_on.set()
    assert [wait(PATIENCE).status for wait in waits] == [Status.RECORDED, Status.RECORDED]
    bench.clerk.stop()


def test_the_end_finishes_what_waits_and_refuses_the_rest(bench: Bench) -> None:
    bench.hold()
    waits = [bench.clerk.begin(new_id(), Try(text=str(number)), bench.actor) for number in range(3)]
    ending = threading.Thread(target=bench.clerk.stop)
    ending.start()
    while bench.clerk.running:
        threading.Event().wait(0.001)
    with pytest.raises(Problem) as closed:
        bench.clerk.submit(new_id(), Try(), bench.actor)
    assert (closed.value.status, closed.value.code) == (503, "closing")
    bench.go_on.set()
    ending.join()
    assert [wait(PATIENCE).status for wait in waits] == [Status.RECORDED] * 3
    assert len(bench.entries()) == 3


def test_whoever_goes_away_does_not_take_the_command_along(bench: Bench) -> None:
    command_id = new_id()
    bench.hold()

    async def leave_early() -> None:
        asking = asyncio.create_task(bench.clerk.submit_async([(command_id, Try(text="a"), bench.actor)]))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    run(leave_early())
    bench.go_on.set()
    bench.clerk.stop()
    assert bench.entries() == [str(command_id)]


def test_many_at_once_are_answered_each_with_its_own_outcome(bench: Bench) -> None:
    commands = [(new_id(), Try(text=str(number), how="refused" if number % 3 == 0 else "well"), bench.actor)
                for number in range(30)]  # fmt: skip
    outcomes = run(bench.clerk.submit_async(list(commands)))
    refused = [isinstance(outcome, Outcome) and outcome.status is Status.REFUSED for outcome in outcomes]
    assert refused == [number % 3 == 0 for number in range(30)]


def failing(bench: Bench, times: int) -> None:
    """Have the next commits fail."""
    left = [OSError("the disk is full")] * times

    def fail(*_arguments: object) -> None:
        if left:
            raise left.pop()

    bench.clerk.before_commit.append(fail)


def test_what_comes_after_a_failure_in_a_request_does_not_overtake_it(bench: Bench) -> None:
    asked = [(new_id(), Try(text=text), bench.actor) for text in "abc"]
    bench.hold()
    # What holds the clerk, all the others together, and then the first one of them alone.
    failing(bench, 3)
    mine, others = bench.clerk.begin_all(list(asked)), bench.clerk.begin(new_id(), Try(text="d"), bench.actor)
    bench.go_on.set()
    assert code_of(ended(mine)) == "not_recorded"
    assert others(PATIENCE).status is Status.RECORDED
    assert len(bench.entries()) == 1
    outcomes = run(bench.clerk.submit_async(list(asked)))
    assert [outcome.status for outcome in outcomes] == [Status.RECORDED] * 3
    assert bench.entries()[1:] == [str(command_id) for command_id, _, _ in asked]


def test_more_commands_than_a_batch_holds_wait_for_the_one_that_failed(bench: Bench) -> None:
    asked = [(new_id(), Try(how="crashed" if number == 1 else "well"), bench.actor) for number in range(300)]
    outcomes = run(bench.clerk.submit_async(list(asked)))
    assert [code_of(outcome) for outcome in outcomes] == [None] + ["not_recorded"] * 299


def test_a_command_that_always_fails_holds_nobody_up_for_ever(bench: Bench) -> None:
    asked = [(new_id(), Try(how=how), bench.actor) for how in ("crashed", "well")]
    codes = [[code_of(outcome) for outcome in run(bench.clerk.submit_async(list(asked)))] for _ in range(6)]
    assert codes == [["not_recorded"] * 2] * 4 + [["not_recorded", None]] * 2


def test_only_the_failures_of_late_are_remembered(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.clerk.writer.MOST_FAILURES", 2)
    stubborn, patient = new_id(), Try(how="crashed")
    for _ in range(4):
        ended(bench.clerk.begin(stubborn, patient, bench.actor))
    for _ in range(2):
        ended(bench.clerk.begin(new_id(), patient, bench.actor))
    asked = [(stubborn, patient, bench.actor), (new_id(), Try(), bench.actor)]
    assert [code_of(outcome) for outcome in run(bench.clerk.submit_async(list(asked)))] == ["not_recorded"] * 2


def test_two_handlers_for_one_kind_are_a_mistake_that_is_found_at_the_start(book: Book, clock: SetClock) -> None:
    clerk = Clerk(book, clock)
    clerk.register("try", attempt)
    with pytest.raises(ValueError, match="two handlers for try"):
        clerk.register("try", attempt)


def test_another_sites_command_id_is_another_command(office: Office, other_office: Office, bench: Bench) -> None:
    command_id = new_id()
    first = bench.clerk.submit(command_id, Try(text="a"), office.actors["manager"])
    other: Actor = other_office.actors["manager"]
    assert bench.clerk.submit(command_id, Try(text="b"), other).status is first.status is Status.RECORDED
