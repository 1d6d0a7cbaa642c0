"""The chain: any edit, deletion, swap or cut tail shows."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError

from app.db import Book
from app.journal.handlers import ENTRIES, HEADS, PAYLOADS
from app.journal.queries import head, story, verify_site
from app.journal.rules import Fault, Verdict
from tests.office import Office


def tamper(book: Book, act: Callable[[Connection], None]) -> None:
    """Do what nobody may: the append-only triggers are lifted first, as somebody with the key could."""
    with book.writing() as connection:
        if book.embedded:
            for trigger in ("entry_no_update", "entry_no_delete"):
                connection.execute(sa.text(f"DROP TRIGGER {trigger}"))
        else:
            connection.execute(sa.text("ALTER TABLE entry DISABLE TRIGGER entry_append_only"))
        act(connection)


def verdict(office: Office, anchors: dict[int, bytes] | None = None) -> Verdict:
    with office.book.reading() as session:
        return verify_site(session, office.site_id, anchors)


def test_an_untouched_chain_holds_from_first_entry_to_last(office: Office) -> None:
    found = verdict(office)
    assert found.holds
    with office.book.reading() as session:
        assert found.entries == head(session, office.site_id).sequence


def edit_event(connection: Connection, site: UUID) -> None:
    connection.execute(
        sa.update(ENTRIES).where(ENTRIES.c.site_id == site, ENTRIES.c.sequence == 4).values(event="Other")
    )


def edit_payload(connection: Connection, site: UUID) -> None:
    connection.execute(
        sa.update(PAYLOADS).where(PAYLOADS.c.site_id == site, PAYLOADS.c.sequence == 5).values(payload={"a": 1})
    )


def delete_sixth(connection: Connection, site: UUID) -> None:
    cut(connection, site, 6, only=True)


def swap_third_and_fourth(connection: Connection, site: UUID) -> None:
    swap(connection, site, 3, 4)


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        (edit_event, Fault(4, "entry_altered")),
        (edit_payload, Fault(5, "payload_altered")),
        (delete_sixth, Fault(6, "missing_entry")),
        (swap_third_and_fourth, Fault(3, "payload_altered")),
    ],
)
def test_tampering_is_found_at_its_entry(office: Office, act: Callable[[Connection, UUID], None], fault: Fault) -> None:
    tamper(office.book, lambda connection: act(connection, office.site_id))
    assert verdict(office).fault == fault


def cut(connection: Connection, site: UUID, sequence: int, *, only: bool) -> None:
    for table in (PAYLOADS, ENTRIES):
        column = table.c.sequence
        condition = column == sequence if only else column >= sequence
        connection.execute(sa.delete(table).where(table.c.site_id == site, condition))


def swap(connection: Connection, site: UUID, first: int, second: int) -> None:
    """Swap what two entries say, each keeping its own digest."""
    rows = {
        row.sequence: row
        for row in connection.execute(
            sa.select(ENTRIES).where(ENTRIES.c.site_id == site, ENTRIES.c.sequence.in_((first, second)))
        )
    }
    for here, there in ((first, second), (second, first)):
        connection.execute(
            sa.update(ENTRIES)
            .where(ENTRIES.c.site_id == site, ENTRIES.c.sequence == here)
            .values(event=rows[there].event, payload_digest=rows[there].payload_digest)
        )


def test_a_tail_cut_with_its_head_moved_back_shows_against_an_anchor_only(office: Office) -> None:
    with office.book.reading() as session:
        end = head(session, office.site_id)

    def act(connection: Connection) -> None:
        digest = connection.scalar(
            sa.select(ENTRIES.c.digest).where(
                ENTRIES.c.site_id == office.site_id, ENTRIES.c.sequence == end.sequence - 2
            )
        )
        cut(connection, office.site_id, end.sequence - 1, only=False)
        connection.execute(
            sa.update(HEADS).where(HEADS.c.site_id == office.site_id).values(sequence=end.sequence - 2, digest=digest)
        )

    tamper(office.book, act)
    assert verdict(office).holds
    assert verdict(office, {end.sequence: end.digest}).fault == Fault(end.sequence, "tail_cut")


def test_a_tail_cut_shows_against_the_head(office: Office) -> None:
    with office.book.reading() as session:
        end = head(session, office.site_id)
    tamper(office.book, lambda connection: cut(connection, office.site_id, end.sequence, only=False))
    assert verdict(office).fault == Fault(end.sequence, "tail_cut")


def test_an_erased_payload_leaves_the_chain_whole(office: Office) -> None:
    with office.book.writing() as connection:
        connection.execute(sa.delete(PAYLOADS).where(PAYLOADS.c.site_id == office.site_id, PAYLOADS.c.sequence == 3))
    found = verdict(office)
    assert found.holds
    assert found.erased == 1


def test_the_database_itself_refuses_to_edit_an_entry(office: Office) -> None:
    with pytest.raises(DatabaseError), office.book.writing() as connection:
        connection.execute(sa.update(ENTRIES).values(event="Other"))


def test_a_story_is_told_in_order_with_its_payloads(office: Office) -> None:
    with office.book.reading() as session:
        lines = story(session, office.site_id, ("site", office.site_id))
    assert [line.event for line in lines][:2] == ["SiteOpened", "PolicyPublished"]
    assert lines[0].payload is not None
