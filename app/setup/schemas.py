"""The first run's one form, read: every error beside its field, and the command that it stands for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.accounts import rules as account_rules
from app.setup.commands import SetUp
from app.sites.commands import NewUnit
from app.sites.rules import read_public_url, read_units
from app.web.forms import Errors, build
from app.web.texts import Told

SECRETS = frozenset({"manager_passphrase", "guard_pin"})
"""Asked again whenever the page is shown again: a page never holds them."""
PLAIN = (
    "office_name", "letterhead", "parent_name", "place", "contact", "wifi_name", "wifi_password", "gate_name",
    "manager_name", "manager_login", "guard_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SetupForm:
    """What was typed on the first run's page."""

    typed: Mapping[str, str]

    def read(self, hashed: Callable[[str, str], str]) -> tuple[SetUp | None, Errors]:
        """Return the command, or the errors by field; `hashed` makes a secret's hash for a field."""
        errors = self._checked()
        fields: dict[str, object] = {name: self.typed.get(name, "") for name in PLAIN}
        fields |= {"public_url": self._public_url(errors), "units": self._units(errors)}
        fields |= {"manager_secret_hash": "", "guard_secret_hash": ""}
        trial, found = build(SetUp, fields)
        errors = {
            name: told
            for name, told in {**found, **errors}.items()
            if name in {*PLAIN, *SECRETS, "public_url", "units"}
        }
        if errors or trial is None:
            return None, _in_order(errors)
        secrets = {
            "manager_secret_hash": hashed("manager_passphrase", self.typed["manager_passphrase"]),
            "guard_secret_hash": hashed("guard_pin", self.typed["guard_pin"]),
        }
        return trial.model_copy(update=secrets), {}

    def _checked(self) -> Errors:
        name = self.typed.get("manager_name", "")
        codes = {
            "manager_login": account_rules.check_login(self.typed.get("manager_login", "")),
            "manager_passphrase": account_rules.check_passphrase(self.typed.get("manager_passphrase", ""), name),
            "guard_pin": account_rules.check_pin(self.typed.get("guard_pin", "")),
        }
        return {field: f"errors.{code}" for field, code in codes.items() if code is not None}

    def _public_url(self, errors: Errors) -> str:
        try:
            return read_public_url(self.typed.get("public_url", ""))
        except ValueError as error:
            errors["public_url"] = f"errors.{error}"
            return ""

    def _units(self, errors: Errors) -> list[NewUnit]:
        lines, wrong = read_units(self.typed.get("units", ""))
        if wrong:
            told: Told = (f"errors.{wrong[0].code}", {"line": wrong[0].line, "piece": wrong[0].piece})
            errors["units"] = told
        elif not lines:
            errors["units"] = "errors.units_missing"
        return (
            [NewUnit(name=u.name, extension=u.extension, directions=u.directions) for u in lines] if not wrong else []
        )


def _in_order(errors: Errors) -> Errors:
    """Put the errors in the order of the page, so that the first in error takes the focus."""
    order = (
        "office_name", "letterhead", "parent_name", "place", "contact", "public_url", "wifi_name", "wifi_password",
        "gate_name", "units", "manager_name", "manager_login", "manager_passphrase", "guard_name", "guard_pin",
    )  # fmt: skip
    return {name: errors[name] for name in order if name in errors}
