"""The screening at the gate: everything that a decision looks at, and the decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from app.screening.rules.answers import Outcome
from app.screening.rules.decision import RANK, Decision, Finding, Reason
from app.screening.rules.policy import Channel, DecisionKind, Kind, KindRule, Policy, needs
from app.screening.rules.readings import find_temperature, temperature_values
from app.screening.rules.temperature import Reading

HostCall: TypeAlias = Literal["agreed", "no_answer", "declined"]


@dataclass(frozen=True, slots=True)
class ScreeningInput:
    """All that a decision looks at. ``identity``: seen or known, or the person has no papers; ``filled``: the record's.

    ``outcome`` is None while nobody has declared. ``badges_free`` is False when this gate has none to give.
    """

    kind: Kind
    readings: tuple[Reading, ...] = ()
    mask: bool = False
    sanitiser: bool = False
    outcome: Outcome | None = None
    host_call: HostCall | None = None
    badge: bool = False
    badges_free: bool = True
    identity: Literal["given", "no_papers"] | None = None
    vouched: bool = False
    phone: bool = False
    filled: frozenset[str] = frozenset()
    channel: Channel = "guard"


def decide(case: ScreeningInput, policy: Policy, now: datetime) -> Decision:
    """Return the strictest of what every rule finds; total, and the same for the same input.

    While the newest number is at the limit it never gives admit, whatever else is set.
    """
    rule = policy.kinds[case.kind]
    findings = [
        *find_temperature(case.readings, policy, now),
        *_find_answers(case.outcome, policy),
        *_find_host_call(case.host_call, policy, rule),
        *_find_advice(case, rule),
    ]
    findings.sort(key=lambda finding: -RANK[finding.kind])
    kind = findings[0].kind if findings else "admit"
    times = [finding.recheck_at for finding in findings if finding.recheck_at is not None]
    return Decision(
        kind=kind,
        reasons=tuple(finding.reason for finding in findings),
        recheck_at=max(times) if kind == "recheck" and times else None,
        missing=_missing(case, rule, kind),
    )


def _find_answers(outcome: Outcome | None, policy: Policy) -> list[Finding]:
    if outcome is None or outcome.level == "clear":
        return []
    kind = policy.answers.stop if outcome.level == "stop" else policy.answers.caution
    return [Finding(kind, Reason(f"answers_{outcome.level}", {"codes": " ".join(outcome.codes)}))]


def _find_host_call(call: HostCall | None, policy: Policy, rule: KindRule) -> list[Finding]:
    if call is None or call == "agreed" or rule.host_call == "none":
        return []
    return [Finding(getattr(policy.host_call, call), Reason(f"host_{call}"))]


def _find_advice(case: ScreeningInput, rule: KindRule) -> list[Finding]:
    found = {
        "record_after": rule.record_after,
        "mask_advised": rule.mask == "advise" and not case.mask,
        "sanitiser_advised": rule.sanitiser == "advise" and not case.sanitiser,
        "no_badge_free": rule.badge and not case.badge and not case.badges_free,
        "vouched": case.vouched,
    }
    return [Finding("admit", Reason(code)) for code, holds in found.items() if holds]


def _missing(case: ScreeningInput, rule: KindRule, kind: DecisionKind) -> tuple[str, ...]:
    if rule.record_after:
        return ()
    if kind != "admit":
        # Whoever doesn't enter needs no badge and no host; the line needs a name.
        return ("full_name",) if "full_name" in rule.fields and "full_name" not in case.filled else ()
    papers_matter = rule.identity != "none" and not rule.never_refuse_for_papers and not case.vouched
    absent = {
        "temperature": rule.temperature == "required" and not case.readings,
        "mask": rule.mask == "required" and not case.mask,
        "sanitiser": rule.sanitiser == "required" and not case.sanitiser,
        "declaration": rule.declaration == "required" and case.outcome is None,
        "host_call": rule.host_call == "required" and case.host_call is None,
        "badge": rule.badge and not case.badge and case.badges_free,
        "identity": papers_matter and case.identity is None and needs(rule.identity, case.channel),
        "voucher": papers_matter and case.identity == "no_papers",
        "phone": not rule.never_refuse_for_papers and not case.phone and needs(rule.phone, case.channel),
    }
    found = [name for name, holds in absent.items() if holds]
    return (*found, *(name for name in rule.fields if name not in case.filled))


def screen_exit(rule: KindRule, policy: Policy, reading: Reading | None, *, badge_open: bool) -> Decision:
    """Return what a check-out needs and says: its kind is always admit, since nobody is kept inside.

    ``badge_open`` is True while a badge is out and neither given back nor marked as not returned.
    """
    tenths = reading.tenths if reading is not None else None
    absent = {"temperature": rule.exit_temperature and reading is None, "badge_back": badge_open}
    reasons: tuple[Reason, ...] = ()
    if tenths is not None and policy.is_high(tenths):
        reasons = (Reason("exit_temperature_high", temperature_values(tenths, policy)),)
    return Decision("admit", reasons, missing=tuple(name for name, holds in absent.items() if holds))
