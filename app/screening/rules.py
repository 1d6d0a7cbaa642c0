"""The decision at the gate, as values: temperature, answers, policy, limits and overrides. No clock, no database."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, Protocol, TypeAlias, TypeVar, cast

from app.kit.documents import Bounds, read, write
from app.kit.text import clean, fold

Kind: TypeAlias = Literal["visitor", "delivery", "invited", "citizen", "emergency", "employee"]
DecisionKind: TypeAlias = Literal["admit", "recheck", "refer", "refuse"]
NotMeasured: TypeAlias = Literal["lo_hi", "broken", "declined"]
Need: TypeAlias = Literal["required", "optional", "none"]
Tile: TypeAlias = Literal["required", "advise", "none"]
Channel: TypeAlias = Literal["phone", "stand", "guard", "paper"]
HostCall: TypeAlias = Literal["agreed", "no_answer", "declined"]
Level: TypeAlias = Literal["clear", "caution", "stop"]
Day: TypeAlias = date
RecordField: TypeAlias = Literal[
    "full_name", "birth_year", "sex", "nationality", "organisation", "address", "unit", "host", "purpose", "plate",
    "people_count", "on_word_of",
]  # fmt: skip

KINDS: tuple[Kind, ...] = ("visitor", "delivery", "invited", "citizen", "emergency", "employee")
RANK: Mapping[DecisionKind, int] = {"admit": 0, "recheck": 1, "refer": 2, "refuse": 3}
PLAUSIBLE_TENTHS = (340, 425)
OVERRIDE_REASON_LETTERS = (3, 300)
# The typed forms are short; a longer text is never a temperature, and normalising it could blow it up.
_TYPED_TEMPERATURE = re.compile(r"([0-9]{2})(?:[.,]?([0-9]))?")
_TYPED_MOST = 8


# --- Temperature -----------------------------------------------------------------------------------------------------


def parse_temperature(text: str) -> int | None:
    """Return tenths of a degree Celsius from ``365``, ``36,5``, ``36.5``, ``３６．５`` or ``36``, else None.

    None is also the answer for anything outside 34,0 to 42,5: the caller shows the odd-reading error.
    """
    if len(text) > _TYPED_MOST:
        return None
    found = _TYPED_TEMPERATURE.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    tenths = int(found[1]) * 10 + int(found[2] or 0)
    return tenths if is_plausible(tenths) else None


def is_plausible(tenths: int) -> bool:
    """Say whether a living person's thermometer could show this (34,0 to 42,5 °C)."""
    return PLAUSIBLE_TENTHS[0] <= tenths <= PLAUSIBLE_TENTHS[1]


def format_tenths(tenths: int, point: str = ",") -> str:
    """Return ``36,5`` for 365."""
    return f"{tenths // 10}{point}{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Reading:
    """One taking of a temperature: tenths of a degree Celsius, or the reason why there is no number. Never both."""

    tenths: int | None
    reason: NotMeasured | None
    at: datetime

    def __post_init__(self) -> None:
        """Refuse a reading that is neither or both, or a number that no thermometer shows."""
        if (self.tenths is None) == (self.reason is None):
            raise ValueError("a reading is a number or a reason")
        if self.tenths is not None and not is_plausible(self.tenths):
            raise ValueError("a reading is from 34,0 to 42,5")


# --- Policy ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in both languages."""

    vi: Annotated[str, Bounds(1, 500)]
    en: Annotated[str, Bounds(1, 500)]


@dataclass(frozen=True, slots=True)
class KindRule:
    """What one kind of visit asks for. ``mask`` and ``sanitiser`` left out follow the policy's own."""

    declaration: Need = "none"
    temperature: Need = "required"
    mask: Tile | None = None
    sanitiser: Tile | None = None
    badge: bool = False
    identity: Need = "none"
    phone: Need = "none"
    host_call: Need = "none"
    exit_temperature: bool = False
    fields: tuple[RecordField, ...] = ()
    never_refuse_for_papers: bool = False
    record_after: bool = False


@dataclass(frozen=True, slots=True)
class NotMeasuredRule:
    """The decision for each reason why a temperature was not measured."""

    lo_hi: DecisionKind = "recheck"
    broken: DecisionKind = "admit"
    declined: DecisionKind = "refuse"


@dataclass(frozen=True, slots=True)
class AnswersRule:
    """The decision for what the answers mean."""

    caution: DecisionKind = "admit"
    stop: DecisionKind = "refer"


@dataclass(frozen=True, slots=True)
class HostCallRule:
    """The decision when the host does not answer, or does not receive the visitor."""

    no_answer: DecisionKind = "admit"
    declined: DecisionKind = "refuse"


@dataclass(frozen=True, slots=True)
class Quotas:
    """Most people on site at once: in the site, by this gate, in one unit (by its id). None is no limit."""

    site_max: Annotated[int, Bounds(0, 100_000)] | None = None
    gate_max: Annotated[int, Bounds(0, 100_000)] | None = None
    unit_max: Mapping[str, Annotated[int, Bounds(0, 100_000)]] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Order:
    """The written order behind a policy: its number and date, both may stay blank."""

    number: Annotated[str, Bounds(0, 60)] = ""
    date: Day | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One immutable version of what a site asks at its gates. Temperatures in tenths, times of day at the site."""

    kinds: Mapping[Kind, KindRule]
    threshold_tenths: Annotated[int, Bounds(*PLAUSIBLE_TENTHS)] = 375
    threshold_inclusive: bool = True
    rest_minutes: Annotated[int, Bounds(0, 240)] = 15
    rest_enforced: bool = True
    retry_minutes: Annotated[int, Bounds(0, 240)] = 5
    readings_max: Annotated[int, Bounds(1, 9)] = 2
    after_last_high: Literal["refer", "refuse"] = "refer"
    after_last_not_measured: Literal["admit", "refer", "refuse"] = "refer"
    refer_label: Literal["medical_room", "health_station", "go_home"] = "medical_room"
    refer_text: Texts | None = None
    hotline: Annotated[str, Bounds(0, 30)] = "19009095"
    not_measured: NotMeasuredRule = NotMeasuredRule()
    answers: AnswersRule = AnswersRule()
    host_call: HostCallRule = HostCallRule()
    mask_required: bool | Literal["advise"] = True
    sanitiser_required: bool | Literal["advise"] = True
    lookback_days: Annotated[int, Bounds(1, 60)] = 14
    seen_before_days: Annotated[int, Bounds(0, 730)] = 30
    quotas: Quotas = field(default_factory=Quotas)
    overdue_at: time = time(17, 30)
    pass_valid_hours: Annotated[int, Bounds(1, 168)] = 24
    idle_lock_minutes: Annotated[int, Bounds(1, 240)] = 10
    order: Order = Order()

    @staticmethod
    def from_document(document: Mapping[str, object]) -> "Policy":
        """Return the policy that a JSON document states; raises ValueError that begins with the wrong path."""
        policy = read(Policy, document)
        for kind in KINDS:
            if kind not in policy.kinds:
                raise ValueError(f"kinds.{kind}: is missing")
        mask, sanitiser = _tile(policy.mask_required), _tile(policy.sanitiser_required)
        kinds = {
            kind: replace(rule, mask=rule.mask or mask, sanitiser=rule.sanitiser or sanitiser)
            for kind, rule in policy.kinds.items()
        }
        return replace(policy, kinds=kinds)

    def document(self) -> dict[str, object]:
        """Return the whole policy as JSON, every default spelled out: what a tablet gets."""
        return cast("dict[str, object]", write(self))

    def is_high(self, tenths: int) -> bool:
        """Say whether a temperature is at the limit."""
        return tenths > self.threshold_tenths or (self.threshold_inclusive and tenths == self.threshold_tenths)


def _tile(required: bool | Literal["advise"]) -> Tile:  # noqa: FBT001  (a policy's value)
    if required == "advise":
        return "advise"
    return "required" if required else "none"


class Version(Protocol):
    """A row that is in force from one moment, and until another if there is one."""

    @property
    def valid_from(self) -> datetime: ...  # noqa: D102

    @property
    def valid_until(self) -> datetime | None: ...  # noqa: D102


V = TypeVar("V", bound=Version)


def policy_in_force(versions: Iterable[V], now: datetime) -> V | None:
    """Return the version in force: of those that have begun and not ended, the one that began last.

    So a version with an end falls back by itself to the one before it. Of two that begin together the later in
    ``versions`` counts. Questionnaire versions are picked in the same way.
    """
    found: V | None = None
    for version in versions:
        running = version.valid_from <= now and (version.valid_until is None or now < version.valid_until)
        if running and (found is None or version.valid_from >= found.valid_from):
            found = version
    return found


# --- Answers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a question."""

    key: Annotated[str, Bounds(1, 40)]
    labels: Texts
    flag: Literal["none", "caution", "stop"] = "none"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``code`` names what a yes means (``symptom.cough``), ``short`` is the tablet's word for it.

    A ``places`` question flags the places of ``watch`` only, or any place where ``watch`` is empty.
    """

    key: Annotated[str, Bounds(1, 40)]
    type: Literal["yes_no", "text", "places", "choice"]
    code: Annotated[str, Bounds(1, 60)]
    labels: Texts
    short: Texts
    required: bool = True
    flag: Literal["none", "caution", "stop"] = "none"
    options: tuple[Option, ...] = ()
    watch: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading, on one of the declaration's three steps."""

    key: Annotated[str, Bounds(1, 40)]
    step: Literal["who", "whom", "health"]
    labels: Texts
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One immutable version of the questions; ``statement`` must be agreed to under the key ``truthful``.

    Labels may hold ``{lookback_days}``, which is the policy's.
    """

    sections: tuple[Section, ...]
    statement: Texts
    warning: Texts

    @staticmethod
    def from_document(document: Mapping[str, object]) -> "Questionnaire":
        """Return the questionnaire that a JSON document states; raises ValueError that begins with the wrong path."""
        found = read(Questionnaire, document)
        seen = {STATEMENT_KEY}
        for question in found.questions:
            if question.key in seen:
                raise ValueError(f"sections: the key {question.key} is there twice")
            if (question.type == "choice") != bool(question.options):
                raise ValueError(f"sections: options of {question.key} belong to a choice, and a choice needs them")
            seen.add(question.key)
        return found

    def document(self) -> dict[str, object]:
        """Return the questionnaire as JSON, every default spelled out."""
        return cast("dict[str, object]", write(self))

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order in which they are asked."""
        return tuple(question for section in self.sections for question in section.questions)


STATEMENT_KEY = "truthful"
ANSWER_LETTERS = 500
PLACES_MOST = 20
_LEVELS: Mapping[str, Level] = {"none": "clear", "caution": "caution", "stop": "stop"}
_LEVEL_RANK: Mapping[Level, int] = {"clear": 0, "caution": 1, "stop": 2}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What answers mean: the strictest level, the codes that made it, and places and words as typed."""

    level: Level
    codes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def check_answers(answers: Mapping[str, object], questionnaire: Questionnaire) -> dict[str, str]:
    """Return an error code per question: ``answer_missing``, ``answer_odd``, ``too_long`` or ``statement_missing``.

    Answers are true or false for ``yes_no``, a text, a list of texts for ``places``, an option's key for ``choice``.
    """
    found = {question.key: _answer_error(question, answers.get(question.key)) for question in questionnaire.questions}
    if answers.get(STATEMENT_KEY) is not True:
        found[STATEMENT_KEY] = "statement_missing"
    return {key: code for key, code in found.items() if code is not None}


def screen_answers(answers: Mapping[str, object], questionnaire: Questionnaire) -> Outcome:
    """Return what the answers mean; a required question left open, or answered oddly, is ``incomplete``: a caution."""
    level: Level = "clear"
    codes: list[str] = []
    notes: list[str] = []
    for question in questionnaire.questions:
        answer = answers.get(question.key)
        if _answer_error(question, answer) is not None:
            flagged: Level = "caution"
            code = "incomplete"
        else:
            flagged, code = _flag(question, answer)
            notes += _notes(question, answer)
        if flagged != "clear" and code not in codes:
            codes.append(code)
        level = max(level, flagged, key=_LEVEL_RANK.__getitem__)
    return Outcome(level, tuple(codes), tuple(notes))


def _answer_error(question: Question, answer: object) -> str | None:
    if answer is None or answer in ("", []):
        # An empty list of places is an answer: nowhere.
        return "answer_missing" if question.required and question.type != "places" else None
    if question.type == "yes_no":
        return None if isinstance(answer, bool) else "answer_odd"
    if question.type == "choice":
        return None if answer in [option.key for option in question.options] else "answer_odd"
    texts = [answer] if question.type == "text" else answer
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in cast("list[object]", texts)):
        return "answer_odd"
    words = cast("list[str]", texts)
    if len(words) > PLACES_MOST or any(len(text) > ANSWER_LETTERS for text in words):
        return "too_long"
    return None


def _flag(question: Question, answer: object) -> tuple[Level, str]:
    level = _LEVELS[question.flag]
    if question.type == "choice":
        chosen = next((option for option in question.options if option.key == answer), None)
        return (_LEVELS[chosen.flag], f"{question.code}.{chosen.key}") if chosen else ("clear", question.code)
    if question.type == "places" and question.watch:
        places = " | ".join(fold(place) for place in cast("list[str]", answer or []))
        return (level if any(fold(name) in places for name in question.watch) else "clear"), question.code
    return (level if answer else "clear"), question.code


def _notes(question: Question, answer: object) -> list[str]:
    if question.type == "text" and answer:
        return [clean(cast("str", answer))]
    if question.type == "places" and answer:
        return [note for place in cast("list[str]", answer) if (note := clean(place))]
    return []


# --- Decision --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code (``rules.reason.<code>`` in the catalogue) and values for its text, temperatures in tenths."""

    code: str
    values: Mapping[str, int | str] = field(default_factory=dict[str, "int | str"])


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


@dataclass(frozen=True, slots=True)
class _Finding:
    kind: DecisionKind
    reason: Reason
    recheck_at: datetime | None = None


def decide(case: ScreeningInput, policy: Policy, now: datetime) -> Decision:
    """Return the strictest of what every rule finds; total, and the same for the same input.

    While the newest number is at the limit it never gives admit, whatever else is set.
    """
    rule = policy.kinds[case.kind]
    findings = [
        *_find_temperature(case.readings, policy, now),
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


def needs(need: Need, channel: Channel) -> bool:
    """Say whether papers and phone are needed: a guard or a paper sheet may declare for somebody who has neither."""
    return need == "required" and channel in ("phone", "stand")


def _find_temperature(readings: tuple[Reading, ...], policy: Policy, now: datetime) -> list[_Finding]:
    counted, early = _counted(readings, policy)
    if not counted:
        return []
    last = counted[-1]
    if last.tenths is None:
        return [_find_not_measured(counted, policy, now)]
    if not policy.is_high(last.tenths):
        return []
    again = _trailing_highs(counted, policy)
    values = _temperatures(last.tenths, policy)
    if again >= policy.readings_max:
        code = "temperature_high_again" if again > 1 else "temperature_high"
        return [_Finding(policy.after_last_high, Reason(code, values))]
    found = _Finding("recheck", Reason("temperature_high", values), _after(last, policy.rest_minutes, now))
    too_early = _Finding("recheck", Reason("rest_not_over", {"minutes": policy.rest_minutes}), found.recheck_at)
    return [found, too_early] if early else [found]


def _temperatures(tenths: int, policy: Policy) -> dict[str, int | str]:
    return {"temperature_tenths": tenths, "threshold_tenths": policy.threshold_tenths}


def _counted(readings: tuple[Reading, ...], policy: Policy) -> tuple[list[Reading], bool]:
    """Return the readings that count, and whether the newest was taken before the rest was over."""
    counted: list[Reading] = []
    early = False
    for reading in sorted(readings, key=lambda reading: reading.at):
        last = counted[-1] if counted else None
        resting = last is not None and last.tenths is not None and policy.is_high(last.tenths)
        early = policy.rest_enforced and resting and reading.at < _rest_end(cast("Reading", last), policy)
        if not early:
            counted.append(reading)
    return counted, early


def _rest_end(reading: Reading, policy: Policy) -> datetime:
    return reading.at + timedelta(minutes=policy.rest_minutes)


def _trailing_highs(counted: list[Reading], policy: Policy) -> int:
    """Count the high numbers since the last normal one; what could not be measured counts for neither."""
    highs = 0
    for reading in reversed(counted):
        if reading.tenths is None:
            continue
        if not policy.is_high(reading.tenths):
            break
        highs += 1
    return highs


def _find_not_measured(counted: list[Reading], policy: Policy, now: datetime) -> _Finding:
    last = counted[-1]
    code = cast("NotMeasured", last.reason)
    if _trailing_highs(counted, policy):
        return _Finding(policy.after_last_high, Reason("high_then_not_measured"))
    kind: DecisionKind = getattr(policy.not_measured, code)
    tries = len(counted) - sum(1 for reading in counted if reading.tenths is not None)
    if kind == "recheck" and tries >= policy.readings_max:
        return _Finding(policy.after_last_not_measured, Reason(f"not_measured_{code}"))
    recheck_at = _after(last, policy.retry_minutes, now) if kind == "recheck" else None
    return _Finding(kind, Reason(f"not_measured_{code}"), recheck_at)


def _after(reading: Reading, minutes: int, now: datetime) -> datetime:
    # A tablet whose clock runs ahead must not keep anybody waiting longer.
    return min(reading.at, now) + timedelta(minutes=minutes)


def _find_answers(outcome: Outcome | None, policy: Policy) -> list[_Finding]:
    if outcome is None or outcome.level == "clear":
        return []
    kind = policy.answers.stop if outcome.level == "stop" else policy.answers.caution
    return [_Finding(kind, Reason(f"answers_{outcome.level}", {"codes": " ".join(outcome.codes)}))]


def _find_host_call(call: HostCall | None, policy: Policy, rule: KindRule) -> list[_Finding]:
    if call is None or call == "agreed" or rule.host_call == "none":
        return []
    return [_Finding(getattr(policy.host_call, call), Reason(f"host_{call}"))]


def _find_advice(case: ScreeningInput, rule: KindRule) -> list[_Finding]:
    found = {
        "record_after": rule.record_after,
        "mask_advised": rule.mask == "advise" and not case.mask,
        "sanitiser_advised": rule.sanitiser == "advise" and not case.sanitiser,
        "no_badge_free": rule.badge and not case.badge and not case.badges_free,
        "vouched": case.vouched,
    }
    return [_Finding("admit", Reason(code)) for code, holds in found.items() if holds]


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


# --- Leaving, limits, overrides --------------------------------------------------------------------------------------


def screen_exit(rule: KindRule, policy: Policy, reading: Reading | None, *, badge_open: bool) -> Decision:
    """Return what a check-out needs and says: its kind is always admit, since nobody is kept inside.

    ``badge_open`` is True while a badge is out and neither given back nor marked as not returned.
    """
    tenths = reading.tenths if reading is not None else None
    absent = {"temperature": rule.exit_temperature and reading is None, "badge_back": badge_open}
    reasons: tuple[Reason, ...] = ()
    if tenths is not None and policy.is_high(tenths):
        reasons = (Reason("exit_temperature_high", _temperatures(tenths, policy)),)
    return Decision("admit", reasons, missing=tuple(name for name, holds in absent.items() if holds))


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
