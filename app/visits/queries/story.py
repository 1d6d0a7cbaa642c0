"""A visit's story in words: who did what, when, with what was there before."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from app.accounts.models import SYSTEM_ACCOUNT, VISITOR_ACCOUNT
from app.journal.queries import StoryLine
from app.visits.queries.names import Names
from app.web.texts import format_datetime, format_temperature

EVENTS: Mapping[str, str] = {
    "VisitDeclared": "declared",
    "DeclarationAmended": "amended",
    "VisitCheckedIn": "checked_in",
    "VisitSentToRest": "sent_to_rest",
    "VisitReferred": "referred",
    "VisitRefused": "refused",
    "VisitCheckedOut": "checked_out",
    "BadgeReturned": "badge_returned",
    "VisitUndone": "undone",
    "VisitCorrected": "corrected",
    "VisitVoided": "voided",
    "NoteAdded": "note_added",
    "DetailsOpened": "details_opened",
    "DiscrepancyFound": "discrepancy_found",
    "DiscrepancyResolved": "discrepancy_resolved",
    "VisitEnteredFromPaper": "entered_from_paper",
}
"""What an entry's event is called in the catalogue, after `reception.story.`."""
TIMES = frozenset({"admitted_at", "left_at", "rest_until", "occurred_at"})
TICKS = frozenset({"mask", "sanitiser", "badge_missing"})
PLACES = frozenset({"unit_id", "gate_in_id", "gate_out_id"})
GATE_ACTS = frozenset({"VisitCheckedIn", "VisitSentToRest", "VisitReferred", "VisitRefused"})


class Words(Protocol):
    """Texts of one language."""

    def __call__(self, key: str, **values: object) -> str:
        """Return a key's text."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """A field's old and new value, as people read them."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as people read it."""

    sequence: int
    at: datetime
    received_at: datetime | None
    """Only where it was received more than a minute after it happened."""
    words: str
    who: str
    device: str
    particulars: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells entries in one language, with the names of a site, in its zone."""

    t: Words
    names: Names
    zone: str

    def tell(self, lines: Iterable[StoryLine]) -> list[Told]:
        """Return a story, first things first."""
        return [self._told(line) for line in lines]

    def _told(self, line: StoryLine) -> Told:
        payload = line.payload or {}
        late = (line.received_at - line.occurred_at).total_seconds() > 60  # noqa: PLR2004 - a minute
        return Told(
            line.sequence,
            line.occurred_at,
            line.received_at if late else None,
            self.t("reception.story." + EVENTS.get(line.event, "other")),
            self.who(line.account_id),
            self.names.of(line.device_id),
            tuple(self._particulars(line.event, payload)),
            tuple(self._changes(line.event, payload)),
            str(payload.get("reason") or payload.get("resolution") or payload.get("text") or ""),
        )

    def who(self, account_id: UUID) -> str:
        """Return who did something."""
        if account_id == VISITOR_ACCOUNT:
            return self.t("reception.by_visitor")
        return self.t("reception.by_system") if account_id == SYSTEM_ACCOUNT else self.names.of(account_id)

    def _changes(self, event: str, payload: Mapping[str, Any]) -> Iterable[Change]:
        if event == "VisitCorrected":
            field = str(payload["field"])
            yield Change(field, self.value(field, payload["old"]), self.value(field, payload["new"]))
        if event == "VisitUndone":
            yield Change("state", self.value("state", payload["was"]["state"]), "")
        if event == "DeclarationAmended":
            replaced: dict[str, Any] = payload.get("old") or {}
            for field, old in replaced.items():
                yield Change(field, self.value(field, old), "")

    def _particulars(self, event: str, payload: Mapping[str, Any]) -> Iterable[str]:
        after: dict[str, Any] = payload.get("after") or {}
        if event in GATE_ACTS or event == "VisitEnteredFromPaper":
            yield from self._gate_act(after)
        if event == "VisitCheckedOut":
            yield self.names.of(after.get("gate_out_id"))
            if after.get("badge_missing"):
                yield self.t("reception.badge_missing")
        found: list[Mapping[str, Any]] = payload.get("resolved") or []
        yield from map(self.discrepancy, [payload] if event == "DiscrepancyFound" else found)

    def _gate_act(self, after: Mapping[str, Any]) -> Iterable[str]:
        yield self.names.of(after.get("gate_in_id"))
        readings: list[dict[str, Any]] = after.get("readings") or []
        reasons: list[dict[str, Any]] = after.get("reasons") or []
        found: list[dict[str, Any]] = after.get("discrepancies") or []
        yield from map(self.reading, readings[-1:])
        if after.get("badge_number"):
            yield self.t("reception.told.badge", number=after["badge_number"])
        yield from map(self.reason, reasons)
        if after.get("override"):
            override = after["override"]
            yield self.t("reception.told.override", reason=override["reason"], by=override.get("approved_by") or "–")
        yield from map(self.discrepancy, found)

    def reading(self, reading: Mapping[str, Any]) -> str:
        """Return one reading: the temperature, or why there is none."""
        if reading.get("tenths") is not None:
            return f"{format_temperature(reading['tenths'])} °C"
        return self.t(f"rules.not_measured.{reading.get('not_measured')}")

    def reason(self, reason: Mapping[str, Any]) -> str:
        """Return a decision's reason; what somebody answered is closed, so that it had a part is all that is said."""
        code = str(reason["code"])
        if code in ANSWERED:
            return self.t(ANSWERED[code])
        values = {name: value for name, value in reason.items() if name != "code"}
        shown = {
            name.removesuffix("_tenths"): format_temperature(value) if name.endswith("_tenths") else value
            for name, value in values.items()
        }
        return self.t("rules.reason." + code, **shown)

    def discrepancy(self, found: Mapping[str, Any]) -> str:
        """Return what was odd about a line."""
        code = str(found["code"])
        return self.t("reception.discrepancy." + (code if code in DISCREPANCIES else "other"), code=code)

    def value(self, field: str, value: Any) -> str:
        """Return a field's value as people read it; nothing is a dash."""
        if value in (None, ""):
            return "–"
        show = self._shows().get(field)
        if field in TIMES:
            return format_datetime(datetime.fromisoformat(str(value)), self.zone)
        if field in TICKS:
            return self.t("common.yes" if str(value) == "True" else "common.no")
        if field in PLACES:
            return self.names.of(str(value)) or "–"
        return show(str(value)) if show else str(value)

    def field(self, name: str) -> str:
        """Return what a field is called."""
        return self.t("reception.field." + (name if name in FIELDS else "other"))

    def _shows(self) -> Mapping[str, Callable[[str], str]]:
        return {
            "temperature": lambda value: f"{format_temperature(int(value))} °C",
            "state": lambda value: self.t("common.state." + value),
            "sex": lambda value: self.t("reception.sex." + value),
            "kind": lambda value: self.t("rules.kind." + value),
        }


ANSWERED: Mapping[str, str] = {
    "answers_caution": "reception.told.answers_caution",
    "answers_stop": "reception.told.answers_stop",
}
FIELDS = frozenset({
    "name", "birth_year", "birth_date", "sex", "nationality", "phone", "identity_type", "identity_number",
    "organisation", "address", "unit_id", "host_name", "purpose", "plate", "badge_number", "temperature", "mask",
    "sanitiser", "admitted_at", "left_at", "answers", "state", "kind",
})  # fmt: skip
DISCREPANCIES = frozenset({
    "time_in_future", "policy_newer", "decision_differs", "incomplete", "badge_not_free", "already_decided",
    "override_not_permitted", "override_reason_missing", "override_unproven", "time_long_past", "limit_site",
    "limit_gate", "limit_unit", "pass_expired", "pass_unknown", "pass_used", "pass_person_differs",
    "guard_unproven",
})  # fmt: skip
