"""The policy: what a site asks at its gates, as immutable versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Annotated, Literal, Protocol, TypeAlias, TypeVar, cast

from app.kit.documents import Bounds, read, write
from app.screening.rules.temperature import PLAUSIBLE_TENTHS

Kind: TypeAlias = Literal["visitor", "delivery", "invited", "citizen", "emergency", "employee"]
DecisionKind: TypeAlias = Literal["admit", "recheck", "refer", "refuse"]
Need: TypeAlias = Literal["required", "optional", "none"]
Tile: TypeAlias = Literal["required", "advise", "none"]
Channel: TypeAlias = Literal["phone", "stand", "guard", "paper"]
Day: TypeAlias = date
RecordField: TypeAlias = Literal[
    "full_name", "birth_year", "sex", "nationality", "organisation", "address", "unit", "host", "purpose", "plate",
    "people_count", "on_word_of",
]  # fmt: skip

KINDS: tuple[Kind, ...] = ("visitor", "delivery", "invited", "citizen", "emergency", "employee")


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


def needs(need: Need, channel: Channel) -> bool:
    """Say whether papers and phone are needed: a guard or a paper sheet may declare for somebody who has neither."""
    return need == "required" and channel in ("phone", "stand")


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
