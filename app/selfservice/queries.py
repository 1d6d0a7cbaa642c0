"""What a visitor's pages show: a gate's form, a pass and its party."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy.orm import Session

from app.clerk import Receipt
from app.consent.handlers import notice_in_force
from app.consent.models import NoticeVersion
from app.db import Closing
from app.declarations import repository as declarations
from app.declarations.files import Statement
from app.declarations.models import Pass
from app.errors import NotFound, Problem
from app.kit.zones import local_day
from app.screening.queries import policy_at, questions_at
from app.screening.rules import Kind, Level
from app.selfservice.rules import Asked
from app.sites import repository as sites
from app.sites.models import Gate, Site, Unit
from app.visits import repository as visits
from app.visits.models import Visit
from app.visits.rules import OPEN

POLLED_QUICKLY = ("waiting", "resting")
ENDED = ("left", "voided", "refused")
ORDER = ("refused", "referred", "resting", "waiting", "on_site", "left", "voided")
"""Which state speaks for a party: first what somebody has to act on."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A gate's form: what is asked there now, and which notice comes before it."""

    site: Site
    gate: Gate
    notice: NoticeVersion
    units: list[Unit]
    asked: Asked

    def words(self, language: str) -> dict[str, Any]:
        """Return the notice in a language: short, the whole as (title, text) pairs, and purposes."""
        given = {"{office}": self.site.name, "{contact}": self.site.contact or self.site.name}

        def filled(text: str) -> str:
            for place, value in given.items():
                text = text.replace(place, value)
            return text

        document = self.notice.document[language]
        return {
            "short": filled(document["short"]),
            "whole": [(title, filled(text)) for title, text in document["whole"]],
            "purposes": [purpose | {"text": purpose[language]} for purpose in self.notice.document["purposes"]],
        }

    @property
    def consents(self) -> list[str]:
        """The purposes that rest on consent, by key: each has a box of its own."""
        return [purpose["key"] for purpose in self.notice.document["purposes"] if purpose["basis"] == "consent"]


def find_gate(session: Session, code: str) -> tuple[Site, Gate]:
    """Return the gate of a poster's code; raises NotFound for a code of none, Problem 410 for one no longer in use."""
    typed = code.strip().lower()
    gate = sites.gate_by_code(session, typed) if set(typed) <= set(sites.CODE_ALPHABET) else None
    if gate is None:
        raise NotFound("gate_unknown")
    site = sites.find_site(session, gate.site_id)
    if site is None or gate.retired_at is not None or gate.code != typed:
        raise Problem(410, "gate_retired")
    return site, gate


def desk(session: Session, place: tuple[Site, Gate], now: datetime, *, stand: bool) -> Desk:
    """Return a gate's form as it stands at `now`."""
    site, gate = place
    units = sites.units(session, site.id)
    asked = Asked(
        policy_at(session, site.id, now).policy,
        questions_at(session, site.id, now).questionnaire,
        frozenset(str(unit.id) for unit in units),
        local_day(now, site.zone),
        stand,
    )
    return Desk(site, gate, notice_in_force(session, site.id), units, asked)


@dataclass(frozen=True, slots=True)
class PassView:
    """A pass as its holder sees it."""

    found: Pass
    site: Site
    gate: Gate
    party: list[Visit]
    units: dict[UUID, Unit]
    now: datetime
    declared_at: datetime
    """When the party last stated its answers."""

    @property
    def state(self) -> str:
        """The state that matters most in the party; `expired` where nobody came in time."""
        states = {visit.state for visit in self.party}
        state = next((state for state in ORDER if state in states), "expired")
        return "expired" if state == "waiting" and self.now >= self.found.expires_at else state

    @property
    def over(self) -> bool:
        """Whether nothing more can come of it, so that it no longer tells who it was."""
        return self.now >= self.found.expires_at and not any(visit.state in OPEN[1:] for visit in self.party)

    def statement(self) -> Statement | None:
        """Return what the pass's QR states of the declarant; None once the declarant cannot come in by it."""
        first = next((visit for visit in self.party if visit.state != "voided"), None)
        if first is None or first.state not in POLLED_QUICKLY or self.over:
            return None
        unit = self.units.get(first.unit_id) if first.unit_id else None
        return Statement(
            digits=self.found.digits,
            issued_at=self.declared_at,
            expires_at=self.found.expires_at,
            outcome=cast("Level", first.outcome or "clear"),
            language="en" if self.found.language == "en" else "vi",
            kind=cast("Kind", first.kind),
            no_papers=first.identity_type == "none",
            people=sum(visit.state != "voided" for visit in self.party),
            name=first.name,
            unit=unit.name if unit else "",
        )

    @property
    def version(self) -> str:
        """What changes whenever the page would."""
        return f"{self.state}.{max((visit.sequence for visit in self.party), default=0)}"

    @property
    def poll_seconds(self) -> int:
        """How soon to ask again; 0 where nothing will change."""
        if self.over or all(visit.state in ENDED for visit in self.party):
            return 0
        return 4 if any(visit.state in POLLED_QUICKLY for visit in self.party) else 20


def pass_view(session: Session, token: str, now: datetime) -> PassView:
    """Return the pass of a secret address; raises NotFound where it leads nowhere."""
    found = declarations.pass_by_token(session, token)
    if found is None:
        raise NotFound("pass_unknown")
    site = sites.find_site(session, found.site_id)
    gate = visits.gate(session, found.site_id, found.gate_id)
    if site is None or gate is None:
        raise NotFound("pass_unknown")
    party = visits.of_pass(session, found.site_id, found.id)
    units = {unit.id: unit for unit in sites.units(session, found.site_id, retired=True)}
    declared_at = declarations.last_declared_at(session, found)
    return PassView(found, site, gate, party, units, now, declared_at)


def pass_of_form(session: Session, site_id: UUID, form_id: UUID) -> Pass | None:
    """Return the pass that a form led to, if it was sent."""
    receipt = session.get(Receipt, (site_id, form_id))
    pass_id = receipt.answer.get("pass_id") if receipt is not None and receipt.kind == "declare" else None
    return declarations.find_pass(session, site_id, UUID(pass_id)) if pass_id else None


def pass_of(session: Session, site_id: UUID, pass_id: UUID) -> Pass:
    """Return a pass of the site; raises NotFound where there is none."""
    found = declarations.find_pass(session, site_id, pass_id)
    if found is None:
        raise NotFound("pass_unknown")
    return found


def address_of(closing: Closing, found: Pass) -> str:
    """Return a pass's own page."""
    return f"/p/{declarations.open_token(closing, found)}"


def is_open(session: Session, found: Pass, now: datetime) -> bool:
    """Tell whether somebody of the party is still to come in or still on site."""
    party = visits.of_pass(session, found.site_id, found.id)
    fresh = now < found.expires_at
    return any(visit.state in OPEN and (fresh or visit.state != "waiting") for visit in party)
