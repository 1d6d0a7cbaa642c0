"""How an entry is chained, and how a chain is checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.kit.chain import GENESIS, canonical, link, salted_digest

CLOCK_WENT_BACK = "clock_before_last_entry"
CLOCK_FAR_AHEAD = "clock_a_month_after_last_entry"
MONTH_SECONDS = 31 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Head:
    """Where a site's chain ends: the last sequence (0 before the first entry), its digest, and when it was received."""

    sequence: int
    digest: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the chain sees it."""

    site_id: UUID
    sequence: int
    event: str
    subject_kind: str
    subject_id: UUID
    account_id: UUID
    device_id: UUID | None
    command_id: UUID
    occurred_at: datetime
    received_at: datetime
    flag: str | None

    def header(self) -> bytes:
        """Return the bytes that the chain covers beside the payload's digest."""
        return canonical(
            {
                "account": str(self.account_id),
                "command": str(self.command_id),
                "device": str(self.device_id) if self.device_id else None,
                "event": self.event,
                "flag": self.flag,
                "occurred": _utc(self.occurred_at),
                "received": _utc(self.received_at),
                "sequence": self.sequence,
                "site": str(self.site_id),
                "subject": f"{self.subject_kind}:{self.subject_id}",
            }
        )


def _utc(moment: datetime) -> str:
    """Return a moment as the book gives it back, in whatever zone a device told it."""
    return moment.astimezone(UTC).isoformat()


def clock_flag(head: Head, now: datetime) -> str | None:
    """Return why the server's clock is not believed at this entry, or None."""
    if head.sequence == 0:
        return None
    since = (now - head.received_at).total_seconds()
    if since < 0:
        return CLOCK_WENT_BACK
    return CLOCK_FAR_AHEAD if since > MONTH_SECONDS else None


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry read back: its link, its two digests, and its payload with the salt unless they were erased."""

    link: Link
    payload_digest: bytes
    digest: bytes
    salt: bytes | None
    payload: bytes | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a chain, and at which sequence it shows first."""

    sequence: int
    code: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a verification: how many entries were read, how many payloads are erased, and the first fault."""

    entries: int
    erased: int
    digest: bytes
    fault: Fault | None

    @property
    def holds(self) -> bool:
        """Whether the chain is whole."""
        return self.fault is None


@dataclass(frozen=True, slots=True)
class Start:
    """Where a verification begins: after this sequence, whose digest is taken on trust."""

    sequence: int = 0
    digest: bytes = GENESIS


def verify(
    entries: Iterable[StoredEntry], head: Head, anchors: dict[int, bytes], start: Start | None = None
) -> Verdict:
    """Check a site's chain up to `head`, against digests noted elsewhere by sequence (`anchors`).

    It begins with the first entry, or with the one that follows `start`, for a quick look.
    """
    start = start or Start()
    digest, count, erased = start.digest, start.sequence, 0
    for stored in entries:
        fault = _fault(stored, count + 1, digest, anchors)
        if fault is not None:
            return Verdict(count, erased, digest, fault)
        digest, count = stored.digest, count + 1
        erased += stored.payload is None
    fault = _tail_fault(count, digest, head, anchors)
    return Verdict(count, erased, digest, fault)


def _fault(stored: StoredEntry, expected: int, previous: bytes, anchors: dict[int, bytes]) -> Fault | None:
    sequence = stored.link.sequence
    if sequence != expected:
        return Fault(expected, "missing_entry")
    if stored.payload is not None and salted_digest(stored.salt or b"", stored.payload) != stored.payload_digest:
        return Fault(sequence, "payload_altered")
    if link(previous, stored.link.header(), stored.payload_digest) != stored.digest:
        return Fault(sequence, "entry_altered")
    if sequence in anchors and anchors[sequence] != stored.digest:
        return Fault(sequence, "differs_from_anchor")
    return None


def _tail_fault(count: int, digest: bytes, head: Head, anchors: dict[int, bytes]) -> Fault | None:
    if head.sequence != count or head.digest != digest:
        return Fault(count + 1, "tail_cut")
    beyond = [sequence for sequence in anchors if sequence > count]
    return Fault(min(beyond), "tail_cut") if beyond else None
