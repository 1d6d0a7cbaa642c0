"""What a tablet is told: the snapshot, and what changed after a sequence."""

import base64
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.accounts import repository as accounts
from app.accounts.models import Account, Device
from app.clerk import Actor
from app.db import Keys
from app.declarations import repository as declarations
from app.declarations.files import pass_key
from app.declarations.models import Declaration, Pass
from app.errors import NotFound
from app.journal import queries as journal
from app.journal.models import Entry
from app.kit.text import fold
from app.screening.queries import policy_at, questions_at
from app.sites import repository as sites
from app.sites.models import Badge, Gate, Site
from app.tablet import repository
from app.tablet.schemas import (
    Changes,
    Snapshot,
    TabletAccount,
    TabletBadge,
    TabletEmployee,
    TabletGate,
    TabletGreeting,
    TabletHandover,
    TabletSeen,
    TabletUnit,
    TabletVisit,
)
from app.visits.models import Visit
from app.visits.rules import OPEN

ENDED_SHOWN = 200
MOST_CHANGES = 500
MOST_SEEN = 5000
RELOADING = frozenset({"site", "gate", "unit", "employee", "account", "device"})
"""Subjects whose change makes a tablet fetch its snapshot again."""
QUIET = frozenset(
    {
        "SessionOpened",
        "SessionEnded",
        "AttemptsSlowed",
        "PairingOpened",
        "DevicePaired",
        "TokenCreated",
        "ShiftBegan",
        "ShiftHandedOver",
        "OutboxImported",
    }
)


def greeting(session: Session, device: Device, guard: Account | None, now: datetime) -> TabletGreeting:
    """Return what a paired tablet shows before anybody is on duty; a stand, which pairs in the same way, no names."""
    site, gate = _site(session, device.site_id), _gate(session, device)
    guards = accounts.guards(session, device.site_id, now) if device.purpose == "tablet" else []
    return TabletGreeting(
        site_name=site.name,
        gate=TabletGate(id=gate.id, name=gate.name),
        device_id=device.id,
        guards=[_account(account) for account in guards],
        guard=_account(guard) if guard else None,
    )


def snapshot(session: Session, actor: Actor, device: Device, now: datetime, keys: Keys) -> Snapshot:
    """Return all that a tablet works from, as of one moment of the book."""
    site, gate = _site(session, actor.site_id), _gate(session, device)
    policy, questions = policy_at(session, site.id, now), questions_at(session, site.id, now)
    visits = _current(session, site.id, now)
    on_site = {
        visit.employee_id: visit.id for visit in visits if visit.employee_id and visit.state in ("on_site", "resting")
    }
    return Snapshot(
        sequence=journal.head(session, site.id).sequence,
        server_time=now,
        zone=site.zone,
        site_id=site.id,
        site_name=site.name,
        gate=TabletGate(id=gate.id, name=gate.name),
        gates=[TabletGate(id=other.id, name=other.name) for other in sites.gates(session, site.id)],
        device_id=device.id,
        outbox_key=_base64url(keys.outbox(site.id, device.id)),
        pass_key=pass_key(keys.passes(site.id)),
        guard=_account(_on_duty(session, actor)),
        shift_started_at=actor.since or now,
        policy_version=policy.version,
        policy=policy.policy.document(),
        questionnaire_version=questions.version,
        questionnaire=questions.questionnaire.document(),
        units=[
            TabletUnit(**unit.model_dump(include=set(TabletUnit.model_fields)))
            for unit in sites.units(session, site.id)
        ],
        employees=[
            TabletEmployee(
                **employee.model_dump(include=set(TabletEmployee.model_fields)),
                on_site_visit_id=on_site.get(employee.id),
            )
            for employee in sites.employees(session, site.id)
        ],
        badges=[_badge(badge) for badge in sites.badges(session, site.id)],
        guards=[_account(account) for account in accounts.guards(session, site.id, now)],
        last_handover=_last_handover(session, device),
        visits=shown(session, site.id, visits),
        seen=_seen(session, site.id, now - timedelta(days=policy.policy.seen_before_days)),
    )


def changes(session: Session, site_id: UUID, after: int, now: datetime) -> Changes:
    """Return the rows that entries after `after` touched, as they are now."""
    head = journal.head(session, site_id).sequence
    query = sa.select(col(Entry.subject_kind), col(Entry.subject_id), col(Entry.event)).where(
        col(Entry.site_id) == site_id, col(Entry.sequence) > after
    )
    touched = session.execute(query.limit(MOST_CHANGES + 1)).all()
    reload = after > head or len(touched) > MOST_CHANGES
    reload = reload or any(kind in RELOADING and event not in QUIET for kind, _, event in touched)
    # By the journal, which is ordered by sequence: visits themselves have no index of it.
    ids = {subject_id for kind, subject_id, _ in touched if kind == "visit"}
    visits = sa.select(Visit).where(col(Visit.site_id) == site_id, col(Visit.id).in_(ids))
    return Changes(
        sequence=head,
        server_time=now,
        visits=[] if reload else shown(session, site_id, list(session.scalars(visits.order_by(col(Visit.sequence))))),
        badges=[] if reload or not touched else [_badge(badge) for badge in sites.badges(session, site_id)],
        reload=reload,
    )


def shown(session: Session, site_id: UUID, visits: list[Visit]) -> list[TabletVisit]:
    """Return visits as a guard may see them."""
    passes = declarations.digits_of(session, site_id, {visit.pass_id for visit in visits if visit.pass_id})
    ids = {visit.declaration_id for visit in visits if visit.declaration_id}
    query = sa.select(col(Declaration.id), col(Declaration.submitted_at))
    rows = session.execute(query.where(col(Declaration.site_id) == site_id, col(Declaration.id).in_(ids)))
    declared = {row[0]: row[1] for row in rows}
    return [_visit(visit, passes.get(cast("UUID", visit.pass_id)), declared) for visit in visits]


def _visit(visit: Visit, found: Pass | None, declared: dict[UUID, datetime]) -> TabletVisit:
    own = visit.model_dump(include=set(TabletVisit.model_fields))
    return TabletVisit(
        **own,
        pass_digits=found.digits if found else None,
        people=found.people if found else None,
        overridden=visit.override is not None,
        declared_at=declared.get(visit.declaration_id) if visit.declaration_id else None,
    )


def _current(session: Session, site_id: UUID, now: datetime) -> list[Visit]:
    waiting = sa.select(Visit).outerjoin(
        Pass, sa.and_(col(Pass.site_id) == col(Visit.site_id), col(Pass.id) == col(Visit.pass_id))
    )
    # An expired declaration waits no more: computed when read.
    fresh = sa.or_(col(Visit.state) != "waiting", col(Pass.expires_at).is_(None), col(Pass.expires_at) > now)
    opened = session.scalars(waiting.where(col(Visit.site_id) == site_id, col(Visit.state).in_(OPEN), fresh)).all()
    ended = session.scalars(
        sa.select(Visit)
        .where(
            col(Visit.site_id) == site_id,
            col(Visit.state).in_(("left", "refused", "voided")),
            col(Visit.occurred_at) > now - timedelta(hours=18),
        )
        .order_by(col(Visit.occurred_at).desc())
        .limit(ENDED_SHOWN)
    ).all()
    return [*opened, *ended]


def _seen(session: Session, site_id: UUID, since: datetime) -> list[TabletSeen]:
    """Return people seen before, the newest visit of each; employees are in the directory."""
    query = (
        sa.select(Visit)
        .where(
            col(Visit.site_id) == site_id,
            col(Visit.occurred_at) > since,
            col(Visit.kind) != "employee",
            col(Visit.state) != "voided",
            col(Visit.person_key).is_not(None),
        )
        .order_by(col(Visit.occurred_at).desc())
        .limit(MOST_SEEN)
    )
    people: dict[Any, TabletSeen] = {}
    for visit in session.scalars(query):
        if visit.person_key not in people:
            people[visit.person_key] = TabletSeen(
                visit_id=visit.id,
                last_seen=visit.occurred_at,
                search_key=" | ".join(fold(part) for part in (visit.name, visit.organisation) if part),
                **visit.model_dump(include=set(TabletSeen.model_fields) - {"visit_id", "last_seen", "search_key"}),
            )
    return list(people.values())


def _last_handover(session: Session, device: Device) -> TabletHandover | None:
    for found in repository.handovers(session, device.site_id, gate_id=device.gate_id, limit=1):
        made = found.handover
        return TabletHandover(
            at=made.occurred_at,
            from_name=found.from_name,
            to_name=found.to_name,
            **made.model_dump(include={"by_taker", "note", "open", "badges_missing", "unusual"}),
        )
    return None


def _base64url(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _site(session: Session, site_id: UUID) -> Site:
    site = sites.find_site(session, site_id)
    if site is None:
        raise NotFound
    return site


def _gate(session: Session, device: Device) -> Gate:
    gate = session.get(Gate, (device.site_id, device.gate_id))
    if gate is None:
        raise NotFound
    return gate


def _account(account: Account) -> TabletAccount:
    return TabletAccount(id=account.id, name=account.name, stand_in=account.stand_in, expires_at=account.expires_at)


def _on_duty(session: Session, actor: Actor) -> Account:
    account = accounts.find_account(session, actor.site_id, actor.account_id)
    if account is None:
        raise NotFound
    return account


def _badge(badge: Badge) -> TabletBadge:
    return TabletBadge(**badge.model_dump(include=set(TabletBadge.model_fields)))
