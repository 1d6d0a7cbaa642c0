"""The staff directory: one by one, or as a list that is taken whole or not at all."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.security import Admin
from app.admin import queries
from app.admin.routes.page import Desk
from app.admin.schemas.people import read_directory, read_employee
from app.errors import NotFound
from app.kit.text import sort_key_vietnamese
from app.sites import repository
from app.sites.models import Employee
from app.sites.rules import LineError
from app.web.forms import Errors, TypedForm
from app.web.state import BookSession

router = APIRouter()


@router.get("/admin/employees", response_class=HTMLResponse)
def employees(
    request: Request, actor: Admin, session: BookSession, added: int | None = None, changed: int | None = None
) -> Response:
    """List who works here, by given name as Vietnamese lists are; after an import with what it did."""
    imported = (added, changed) if added is not None and changed is not None else None
    return _list(Desk(request, actor, session), {"receives": "yes"}, {}, imported)


@router.post("/admin/employees")
def add_employee(request: Request, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Add somebody to the staff directory."""
    desk = Desk(request, actor, session)
    built = read_employee(form, None)
    return desk.carry_out(form, built, partial(_list, desk, form), "/admin/employees?done=employee_added")


def _list(desk: Desk, typed: Mapping[str, str], errors: Errors, imported: tuple[int, int] | None = None) -> Response:
    people = queries.directory(desk.session, desk.actor.site_id)
    people.sort(key=lambda pair: (pair[0].retired_at is not None, sort_key_vietnamese(pair[0].name)))
    context = {"people": people, "units": _units(desk), "values": typed, "imported": imported}
    return desk.show("employees.html", context, errors)


def _units(desk: Desk) -> list[tuple[UUID, str]]:
    return [(unit.id, unit.name) for unit in repository.units(desk.session, desk.actor.site_id)]


@router.get("/admin/employees/import", response_class=HTMLResponse)
def import_page(request: Request, actor: Admin, session: BookSession) -> Response:
    """Ask for a list of people."""
    return _import(Desk(request, actor, session), {}, [], {})


@router.post("/admin/employees/import")
def import_people(request: Request, actor: Admin, session: BookSession, form: TypedForm) -> Response:
    """Take a list of people, from the field or from a file; all of it, or none."""
    desk = Desk(request, actor, session)
    text = form.get("file", "").strip() or form.get("people", "")
    command, wrong = read_directory(text, repository.units(session, actor.site_id))
    if command is None:
        errors: Errors = {"people": "errors.people_odd" if wrong else "errors.people_missing"}
        return _import(desk, {"people": text}, wrong, errors)
    again = partial(_import, desk, {"people": text}, [])
    return desk.carry_out(form, (command, {}), again, _imported)


def _imported(values: Mapping[str, Any]) -> Response:
    added, changed = values["added"], values["changed"]
    return RedirectResponse(f"/admin/employees?added={added}&changed={changed}", 303)


def _import(desk: Desk, typed: Mapping[str, str], wrong: list[LineError], errors: Errors) -> Response:
    told = [(f"errors.{line.code}", {"line": line.line, "piece": line.piece}) for line in wrong]
    units = [unit.name for unit in repository.units(desk.session, desk.actor.site_id)]
    return desk.show("employees_import.html", {"values": typed, "wrong": told, "units": units}, errors)


@router.get("/admin/employees/{employee_id}", response_class=HTMLResponse)
def employee(request: Request, employee_id: UUID, actor: Admin, session: BookSession) -> Response:
    """Show one entry of the staff directory."""
    return _page(Desk(request, actor, session), employee_id, None, {})


@router.post("/admin/employees/{employee_id}")
def change_employee(
    request: Request, employee_id: UUID, actor: Admin, session: BookSession, form: TypedForm
) -> Response:
    """Change an entry, take it out of use or back."""
    desk = Desk(request, actor, session)
    again = partial(_page, desk, employee_id, form)
    return desk.carry_out(form, read_employee(form, employee_id), again, "/admin/employees?done=saved")


def _page(desk: Desk, employee_id: UUID, typed: Mapping[str, str] | None, errors: Errors) -> Response:
    found = desk.session.get(Employee, (desk.actor.site_id, employee_id))
    if found is None:
        raise NotFound
    values = {
        "name": found.name,
        "title": found.title,
        "unit_id": str(found.unit_id or ""),
        "badge_code": found.badge_code or "",
        "receives": "yes" if found.receives else "no",
    }
    return desk.show("employee.html", {"employee": found, "units": _units(desk), "values": typed or values}, errors)
