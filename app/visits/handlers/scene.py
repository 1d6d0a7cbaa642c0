"""Where, when and under which policy an act happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from app.clerk import Work
from app.errors import Refusal
from app.screening.queries import (
    PolicyInForce,
    QuestionsInForce,
    Span,
    policy_among,
    policy_spans,
    question_spans,
    questions_among,
)
from app.sites.models import Site
from app.visits import rules


@dataclass(frozen=True, slots=True)
class Scene:
    """Where, when and under which policy an act happened."""

    site: Site
    moment: rules.Moment
    in_force: PolicyInForce

    @property
    def at(self) -> datetime:
        """When it happened, as believed."""
        return self.moment.at


def scene_of(work: Work) -> Scene:
    """Return the scene of an act; refuses a time in the future unless it is a fact."""
    moment = believe(work)
    return Scene(site_of(work), moment, policy_for(work, moment.at))


def site_of(work: Work) -> Site:
    """Return the site whose book is written, read once per batch."""
    site = work.recall("site", work.site_id) or work.session.get(Site, work.site_id)
    if site is None:
        raise Refusal("not_found")
    work.remember("site", work.site_id, site)
    return cast("Site", site)


def place_of(work: Work) -> tuple[UUID, UUID]:
    """Return the gate and the device where an act happened; refuses one that happened at neither."""
    if work.actor.gate_id is None or work.actor.device_id is None:
        raise Refusal("no_gate")
    return work.actor.gate_id, work.actor.device_id


def believe(work: Work) -> rules.Moment:
    """Return when the act happened; refuses a time in the future unless it is a fact."""
    moment = rules.believe(work.device_time, work.device_offset, work.received_at)
    if moment.odd and work.mode == "ask":
        raise Refusal(moment.odd)
    return moment


def oddities(work: Work, moment: rules.Moment) -> list[dict[str, Any]]:
    """Return what was odd about the device's clock, and about who is said to have done it."""
    return [*([{"code": moment.odd}] if moment.odd else []), *unproven(work)]


def unproven(work: Work) -> list[dict[str, Any]]:
    """Return that the device alone says which guard it was, where that is so."""
    return [] if work.actor.proven else [{"code": "guard_unproven", "by_account": str(work.actor.account_id)}]


def odd_particulars(work: Work, moment: rules.Moment) -> dict[str, Any]:
    """Return the same for an entry that is about no line."""
    return ({"odd": moment.odd} if moment.odd else {}) | ({} if work.actor.proven else {"proven": False})


def policy_for(work: Work, at: datetime) -> PolicyInForce:
    """Return the policy in force when the act happened, read once per batch."""
    spans = work.recall("policy", work.site_id)
    if spans is None:
        spans = policy_spans(work.session, work.site_id)
        work.remember("policy", work.site_id, spans)
    return policy_among(work.session, work.site_id, spans, _since_the_first(spans, at))


def questions_for(work: Work, at: datetime) -> QuestionsInForce:
    """Return the questionnaire in force when the act happened, read once per batch."""
    spans = work.recall("questionnaire", work.site_id)
    if spans is None:
        spans = question_spans(work.session, work.site_id)
        work.remember("questionnaire", work.site_id, spans)
    return questions_among(work.session, work.site_id, spans, _since_the_first(spans, at))


def _since_the_first(spans: list[Span], at: datetime) -> datetime:
    """Return the moment whose version holds: an act before the first one, by a clock that is slow, is held to that."""
    return max(at, min((span.valid_from for span in spans), default=at))
