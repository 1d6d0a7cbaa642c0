"""A decision with its reasons, and what may change it: limits and overrides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast

from app.kit.documents import write
from app.kit.text import clean
from app.screening.rules.policy import DecisionKind, Policy
from app.screening.rules.temperature import format_tenths

RANK: Mapping[DecisionKind, int] = {"admit": 0, "recheck": 1, "refer": 2, "refuse": 3}
OVERRIDE_REASON_LETTERS = (3, 300)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code (``rules.reason.<code>`` in the catalogue) and values for its text, temperatures in tenths."""

    code: str
    values: Mapping[str, int | str] = field(default_factory=dict[str, "int | str"])


def shown_values(values: Mapping[str, int | str], point: str = ",") -> dict[str, int | str]:
    """Return a reason's values as its text takes them: ``temperature_tenths: 381`` becomes ``temperature: "38,1"``."""
    return {
        name.removesuffix("_tenths"): format_tenths(value, point)
        if name.endswith("_tenths") and isinstance(value, int)
        else value
        for name, value in values.items()
    }


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules give; ``missing`` says in order what must still be done before it can be recorded."""

    kind: DecisionKind
    reasons: tuple[Reason, ...] = ()
    recheck_at: datetime | None = None
    missing: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """Return ``{kind, reasons: [{code, values}], recheck_at, missing}`` for JSON."""
        return cast("dict[str, object]", write(self))


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found: the decision that it asks for, and why."""

    kind: DecisionKind
    reason: Reason
    recheck_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """People on site now, before the one who wants in: in the site, by this gate, in the unit to see."""

    site: int = 0
    gate: int = 0
    unit: int = 0


def check_limits(counts: Counts, policy: Policy, unit_id: str | None, people: int = 1) -> tuple[Reason, ...]:
    """Return a reason per quota that ``people`` more would pass: ``limit_site``, ``limit_gate``, ``limit_unit``."""
    quotas = policy.quotas
    limits = (
        ("limit_site", counts.site, quotas.site_max),
        ("limit_gate", counts.gate, quotas.gate_max),
        ("limit_unit", counts.unit, quotas.unit_max.get(unit_id or "")),
    )
    return tuple(
        Reason(code, {"count": count, "max": most})
        for code, count, most in limits
        if most is not None and count + people > most
    )


@dataclass(frozen=True, slots=True)
class OverrideCheck:
    """Whether another decision than the rules' may be recorded, and if not, why (``errors.<code>``)."""

    allowed: bool
    code: Literal["override_same", "override_reason_missing", "override_not_permitted"] | None = None


def check_override(decision: Decision, wanted: DecisionKind, reason: str, *, may_override: bool) -> OverrideCheck:
    """Say whether ``wanted`` may stand instead: with a reason, and to be milder only by somebody who may."""
    least, most = OVERRIDE_REASON_LETTERS
    if wanted == decision.kind:
        return OverrideCheck(allowed=False, code="override_same")
    if not least <= len(clean(reason)) <= most:
        return OverrideCheck(allowed=False, code="override_reason_missing")
    if RANK[wanted] < RANK[decision.kind] and not may_override:
        return OverrideCheck(allowed=False, code="override_not_permitted")
    return OverrideCheck(allowed=True)
