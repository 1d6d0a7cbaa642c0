"""What the pages of administration share: how they are shown, and how a form becomes a command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from app.clerk import Actor, Command, Status
from app.errors import NotFound
from app.kit.ids import new_id
from app.sites.repository import find_site
from app.web.forms import Errors
from app.web.templating import render
from app.web.writing import carry_out

FIELDS: Mapping[str, str] = {
    "badge_code_taken": "badge_code",
    "badge_out": "number",
    "badge_range": "last",
    "last_gate": "retired",
    "last_manager": "disabled",
    "login_taken": "login",
    "managers_only": "role",
    "pairing_code_taken": "name",
    "unit_unknown": "unit_id",
    "validity_odd": "valid_until",
}
"""Beside which field of a form a refusal stands."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody at a page of administration."""

    request: Request
    actor: Actor
    session: Session

    def show(self, template: str, context: Mapping[str, Any], errors: Errors | None = None) -> Response:
        """Return a page of templates/admin, its forms each with the id of the command that they may become."""
        known = {
            "site": find_site(self.session, self.actor.site_id),
            "command_id": str(new_id()),
            "new_id": new_id,
            "done": self.request.query_params.get("done"),
            "errors": errors or {},
        }
        return render(self.request, f"admin/{template}", {**known, **context}, 422 if errors else 200)

    def carry_out(
        self,
        form: Mapping[str, str],
        built: tuple[Command | None, Errors],
        again: Callable[[Errors], Response],
        then: str | Callable[[dict[str, Any]], Response],
    ) -> Response:
        """Carry a form's command out and go on to `then`; where it cannot be, show the form `again` with the errors."""
        command, errors = built
        if command is None:
            return again(errors)
        outcome = carry_out(self.request, form.get("command_id", ""), command, self.actor)
        if outcome.status is not Status.REFUSED:
            return RedirectResponse(then, 303) if isinstance(then, str) else then(outcome.values)
        if outcome.code == "not_found":
            raise NotFound
        code = outcome.code or "value_odd"
        return again({FIELDS.get(code, "form"): (f"errors.{code}", outcome.values)})
