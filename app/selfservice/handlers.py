"""A visitor's declaration, and its amendment while the party waits."""

from collections.abc import Mapping
from typing import Any

from app.clerk import Clerk, Work
from app.consent.handlers import Agreement, keep_consent, notice_in_force
from app.declarations.handlers import PassOrder, Stated, Written, issue_pass, open_answers, write_declaration
from app.declarations.models import Declaration, Pass
from app.errors import Refusal
from app.journal import queries as journal
from app.journal.handlers import flush, lock_head, record
from app.selfservice.commands import AmendDeclaration, Declare, DeclaredPerson, Form
from app.selfservice.queries import pass_of_form
from app.visits import repository as visits
from app.visits.handlers.scene import policy_for, questions_for
from app.visits.models import VisitLine

OPEN_COLUMNS = (
    "kind", "name", "birth_year", "birth_date", "sex", "nationality", "identity_type", "organisation", "address",
    "unit_id", "host_name", "purpose", "plate", "people_count", "on_word_of",
)  # fmt: skip
OWN_EVENTS = frozenset({"VisitDeclared", "DeclarationAmended"})


def register(clerk: Clerk) -> None:
    """Let the clerk know who carries out which command."""
    clerk.register("declare", declare)
    clerk.register("amend_declaration", amend_declaration)


def declare(work: Work, command: Declare) -> dict[str, Any]:
    """Make a pass with its party; the answer names the pass and never its secret address."""
    lock_head(work)
    _check(work, command)
    policy = policy_for(work, work.received_at).policy
    order = PassOrder(
        command.gate_id, work.command_id, command.channel, command.language, len(command.people),
        policy.pass_valid_hours,
    )  # fmt: skip
    made = issue_pass(work, order)
    purposes = notice_in_force(work.session, work.site_id).document["purposes"]
    keep_consent(work, Agreement(made.id, command.notice_version, command.channel, command.language), purposes)
    first: VisitLine | None = None
    for stated in command.people:
        visit = _add(work, command, stated, made, first)
        first = first or visit
    return {"pass_id": str(made.id)}


def _check(work: Work, command: Form) -> None:
    gate = visits.gate(work.session, work.site_id, command.gate_id)
    if gate is None or gate.retired_at is not None:
        raise Refusal("gate_retired")
    if command.unit_id is not None and not visits.unit_exists(work, command.unit_id):
        raise Refusal("unit_unknown")
    if command.notice_version != notice_in_force(work.session, work.site_id).version:
        raise Refusal("notice_newer")


def _add(work: Work, command: Form, stated: DeclaredPerson, made: Pass, first: VisitLine | None) -> VisitLine:
    """Write one person's declaration and the visit that waits for a guard."""
    declaration = _declaration(work, command, stated, made)
    columns = command.shared() | {
        "state": "waiting",
        "gate_in_id": command.gate_id,
        "pass_id": made.id,
        "companion_of": first.id if first else None,
        "occurred_at": work.received_at,
        "declaration_id": declaration.id,
        "outcome": declaration.outcome,
        "flags": declaration.flags,
    }
    visit = visits.new_visit(work, stated.person, columns)
    payload = {
        "name": visit.name,
        "pass_id": str(made.id),
        "channel": command.channel,
        "outcome": visit.outcome,
        "notice_version": command.notice_version,
    }
    visits.save(work, visit, record(work, "VisitDeclared", ("visit", visit.id), payload))
    return visit


def _declaration(work: Work, command: Form, stated: DeclaredPerson, made: Pass) -> Written:
    questions = questions_for(work, work.received_at)
    words = Stated(stated.answers, command.channel, made.id, command.notice_version)
    return write_declaration(work, words, questions, work.received_at)


def amend_declaration(work: Work, command: AmendDeclaration) -> dict[str, Any]:
    """Bring a waiting party to what its form states now; a form that says nothing new does nothing.

    The entry keeps the old values of open fields and the names of closed ones; old answers stay, closed, in their
    own declaration.
    """
    lock_head(work)
    made = pass_of_form(work.session, work.site_id, command.form_id)
    if made is None:
        raise Refusal("not_found")
    party = [visit for visit in visits.party(work, made.id) if visit.state != "voided"]
    if all(_is_same(work, visit, command, at) for at, visit in enumerate(party)) and len(party) == len(command.people):
        return {"pass_id": str(made.id)}
    if made.expires_at <= work.received_at or any(_is_taken_up(work, visit) for visit in party):
        raise Refusal("declaration_closed", pass_id=str(made.id))
    _check(work, command)
    for visit, stated in zip(party, command.people, strict=False):
        _amend(work, visit, command, stated, made)
    for stated in command.people[len(party) :]:
        _add(work, command, stated, made, party[0])
    for visit in party[len(command.people) :]:
        _withdraw(work, visit)
    made.people = len(command.people)
    return {"pass_id": str(made.id)}


def _is_taken_up(work: Work, visit: VisitLine) -> bool:
    """Tell whether the gate or reception has begun with a line: from then on it is theirs to change."""
    if visit.state != "waiting":
        return True
    flush(work)
    return any(line.event not in OWN_EVENTS for line in journal.story(work.session, work.site_id, ("visit", visit.id)))


def _is_same(work: Work, visit: VisitLine, command: Form, at: int) -> bool:
    return at < len(command.people) and not _changes(work, visit, command, command.people[at])


def _changes(work: Work, visit: VisitLine, command: Form, stated: DeclaredPerson) -> dict[str, Any]:
    """Return the old value of each field that differs; a closed field's is None, its name says enough."""
    closing = work.book.closing
    columns = visits.person_columns(closing, visit.site_id, visit.id, stated.person) | command.shared()
    changed = {name: _plain(getattr(visit, name)) for name in OPEN_COLUMNS if getattr(visit, name) != columns[name]}
    known = visits.open_person(closing, visit)
    changed |= {
        name: None for name in ("phone", "identity_number") if getattr(known, name) != getattr(stated.person, name)
    }
    if _answers(work, visit) != stated.answers:
        changed["answers"] = None
    return changed


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)


def _answers(work: Work, visit: VisitLine) -> Mapping[str, Any]:
    declaration = work.session.get(Declaration, (visit.site_id, visit.declaration_id))
    return open_answers(work.book.closing, declaration) if declaration is not None else {}


def _amend(work: Work, visit: VisitLine, command: Form, stated: DeclaredPerson, made: Pass) -> None:
    changed = _changes(work, visit, command, stated)
    if not changed:
        return
    columns = visits.person_columns(work.book.closing, visit.site_id, visit.id, stated.person) | command.shared()
    payload: dict[str, Any] = {"old": changed, "old_declaration_id": str(visit.declaration_id)}
    if "answers" in changed:
        declaration = _declaration(work, command, stated, made)
        old = work.session.get(Declaration, (visit.site_id, visit.declaration_id))
        if old is not None:
            old.amended_at = work.received_at
        columns |= {"declaration_id": declaration.id, "outcome": declaration.outcome, "flags": declaration.flags}
    for name, value in columns.items():
        setattr(visit, name, value)
    sequence = record(work, "DeclarationAmended", ("visit", visit.id), {"name": visit.name} | payload)
    visits.save(work, visit, sequence)


def _withdraw(work: Work, visit: VisitLine) -> None:
    """Take a companion who was named by mistake off the list."""
    visit.state = "voided"
    payload = {"name": visit.name, "old": {"state": "waiting"}, "withdrawn": True}
    visits.save(work, visit, record(work, "DeclarationAmended", ("visit", visit.id), payload))
