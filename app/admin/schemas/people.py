"""Forms about people: accounts, and the staff directory."""

from collections.abc import Callable, Mapping
from uuid import UUID

from app.accounts import rules
from app.accounts.commands import ChangeSecret, CreateAccount
from app.kit.text import fold
from app.sites.commands import ImportEmployees, NewEmployee, SaveEmployee
from app.sites.models import Unit
from app.sites.rules import LineError, read_people
from app.web.forms import Errors, build

ROLES = ("guard", "receptionist", "manager", "admin")


def read_account(form: Mapping[str, str], hashed: Callable[[str, str], str]) -> tuple[CreateAccount | None, Errors]:
    """Return the account that a form asks for; a guard has a PIN and no login, anybody else both."""
    role = form.get("role", "")
    login = form.get("login", "") if role != "guard" else ""
    fields = {"name": form.get("name", ""), "role": role, "login": login or None, "secret_hash": ""}
    made, errors = build(CreateAccount, fields)
    if role != "guard" and (code := rules.check_login(login)):
        errors["login"] = f"errors.{code}"
    errors |= check_secret(form, role)
    if made is None or errors:
        return None, {field: errors[field] for field in ("name", "role", "login", "secret") if field in errors}
    return made.model_copy(update={"secret_hash": hashed("secret", form["secret"])}), {}


def read_secret(
    form: Mapping[str, str], account_id: UUID, role: str, hashed: Callable[[str, str], str]
) -> tuple[ChangeSecret | None, Errors]:
    """Return the change of an account's PIN or passphrase that a form asks for."""
    errors = check_secret(form, role)
    if errors:
        return None, errors
    return ChangeSecret(account_id_changed=account_id, secret_hash=hashed("secret", form["secret"])), {}


def check_secret(form: Mapping[str, str], role: str) -> Errors:
    """Return what is wrong with a form's secret for somebody of `role`."""
    secret = form.get("secret", "")
    code = rules.check_pin(secret) if role == "guard" else rules.check_passphrase(secret, form.get("name", ""))
    return {"secret": f"errors.{code}"} if code else {}


def read_employee(form: Mapping[str, str], employee_id: UUID | None) -> tuple[SaveEmployee | None, Errors]:
    """Return the entry of the staff directory that a form states."""
    fields = {name: form.get(name, "") for name in ("name", "title", "badge_code")}
    flags = {name: form.get(name) == "yes" for name in ("receives", "retired")}
    return build(SaveEmployee, {"employee_id": employee_id, "unit_id": form.get("unit_id") or None, **fields, **flags})


def read_directory(text: str, units: list[Unit]) -> tuple[ImportEmployees | None, list[LineError]]:
    """Return the people that a list states, or what is wrong with each line: nothing is stored half."""
    by_name = {fold(unit.name): unit.id for unit in units}
    found = read_people(text, by_name)
    if found.errors or not found.people:
        return None, found.errors
    people = [
        NewEmployee(name=line.name, title=line.title, unit_id=by_name.get(fold(line.unit)), badge_code=line.badge_code)
        for line in found.people
    ]
    return ImportEmployees(people=people), []
