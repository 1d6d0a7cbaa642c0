"""What a tablet is told: the snapshot and the rows that change; kiosk_ui/src/tablet/types.ts is its twin."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class TabletVisit(BaseModel):
    """A visit as a guard may see it: no phone, no answers, the identity number masked."""

    id: UUID
    state: str
    kind: str
    number: int | None
    name: str
    birth_year: int | None
    sex: str | None
    identity_type: str | None
    identity_masked: str | None
    organisation: str
    address: str
    unit_id: UUID | None
    host_name: str
    host_call: str | None
    purpose: str
    plate: str
    people_count: int | None
    on_word_of: str
    vouched_by: str
    companion_of: UUID | None
    pass_id: UUID | None
    pass_digits: str | None
    people: int | None
    """How many the pass was declared for."""
    employee_id: UUID | None
    gate_in_id: UUID
    badge_number: str | None
    readings: list[dict[str, Any]]
    mask: bool | None
    sanitiser: bool | None
    outcome: str | None
    flags: list[dict[str, Any]]
    decision: str | None
    reasons: list[dict[str, Any]]
    declared_at: datetime | None
    occurred_at: datetime
    admitted_at: datetime | None
    left_at: datetime | None
    rest_until: datetime | None
    account_id: UUID
    device_id: UUID | None
    discrepancies: list[dict[str, Any]]
    overridden: bool
    """Somebody decided otherwise than the rules."""
    sequence: int


class TabletUnit(BaseModel):
    """A unit with its internal extension and where to go."""

    id: UUID
    name: str
    extension: str
    directions: str


class TabletEmployee(BaseModel):
    """An employee: host and, every morning, somebody who comes in."""

    id: UUID
    name: str
    title: str
    unit_id: UUID | None
    badge_code: str | None
    receives: bool
    search_key: str
    usual_minute: int | None
    on_site_visit_id: UUID | None


class TabletSeen(BaseModel):
    """Somebody seen before within the policy's window: the newest visit stands for the person."""

    visit_id: UUID
    name: str
    birth_year: int | None
    organisation: str
    identity_type: str | None
    identity_masked: str | None
    unit_id: UUID | None
    host_name: str
    purpose: str
    kind: str
    search_key: str
    last_seen: datetime


class TabletBadge(BaseModel):
    """A badge of this gate and its state: free, out, missing or cancelled."""

    number: str
    state: str
    gate_id: UUID
    visit_id: UUID | None


class TabletAccount(BaseModel):
    """A guard who may log in on this tablet."""

    id: UUID
    name: str
    stand_in: bool
    expires_at: datetime | None
    """From when on a stand-in's PIN is good no more, on the tablet alone neither; None for everybody else."""


class TabletGate(BaseModel):
    """A gate of the site."""

    id: UUID
    name: str


class TabletHandover(BaseModel):
    """How the shift before was handed over at this gate."""

    at: datetime
    from_name: str
    to_name: str | None
    by_taker: bool
    note: str
    open: dict[str, int]
    badges_missing: list[str]
    unusual: list[str]


class Snapshot(BaseModel):
    """All that a tablet works from, as of the journal's `sequence`."""

    sequence: int
    server_time: datetime
    zone: str
    site_id: UUID
    site_name: str
    gate: TabletGate
    gates: list[TabletGate]
    device_id: UUID
    outbox_key: str
    """Base64url of the 32 bytes under which this device seals an outbox that is carried to reception by hand."""
    pass_key: str
    """Base64url of the site's Ed25519 key, by which passes are checked with no network."""
    guard: TabletAccount
    shift_started_at: datetime
    policy_version: int
    policy: dict[str, Any]
    questionnaire_version: int
    questionnaire: dict[str, Any]
    units: list[TabletUnit]
    employees: list[TabletEmployee]
    badges: list[TabletBadge]
    guards: list[TabletAccount]
    last_handover: TabletHandover | None
    visits: list[TabletVisit]
    """Those that wait, rest, were referred or are on site, and today's that ended (newest 200)."""
    seen: list[TabletSeen]


class Changes(BaseModel):
    """What changed after a sequence: the rows as they are now."""

    sequence: int
    server_time: datetime
    visits: list[TabletVisit]
    badges: list[TabletBadge]
    reload: bool
    """True where policy, units, accounts or more than 500 rows changed: fetch the snapshot."""


class TabletGreeting(BaseModel):
    """What a paired tablet with nobody on duty shows: the names to tap."""

    site_name: str
    gate: TabletGate
    device_id: UUID
    guards: list[TabletAccount]
    guard: TabletAccount | None
    """Who is logged in, if somebody is."""
