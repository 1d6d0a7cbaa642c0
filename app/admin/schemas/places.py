"""Forms about the site: its particulars, gates, units, badges and devices."""

from collections.abc import Mapping
from uuid import UUID

from app.accounts.commands import OpenPairing
from app.sites.commands import AddBadges, ChangeBadge, ChangeGate, ChangeSite, SaveUnit
from app.sites.rules import read_public_url
from app.web.forms import Errors, build

PARTICULARS = ("name", "letterhead", "parent_name", "place", "contact", "public_url", "wifi_name", "wifi_password")


def read_site(form: Mapping[str, str]) -> tuple[ChangeSite | None, Errors]:
    """Return the change of the site's particulars that a form states."""
    fields = {name: form.get(name, "") for name in PARTICULARS}
    wrong: Errors = {}
    try:
        fields["public_url"] = read_public_url(fields["public_url"])
    except ValueError as error:
        wrong["public_url"] = f"errors.{error}"
        fields["public_url"] = ""
    made, errors = build(ChangeSite, fields)
    errors |= wrong
    return (None, {name: errors[name] for name in PARTICULARS if name in errors}) if errors else (made, {})


def read_gate(form: Mapping[str, str], gate_id: UUID) -> tuple[ChangeGate | None, Errors]:
    """Return the change of a gate that a form states."""
    flags = {name: form.get(name) == "yes" for name in ("retired", "new_code")}
    return build(ChangeGate, {"gate_id": gate_id, "name": form.get("name", ""), **flags})


def read_unit(form: Mapping[str, str], unit_id: UUID | None) -> tuple[SaveUnit | None, Errors]:
    """Return the unit that a form states."""
    fields = {name: form.get(name, "") for name in ("name", "extension", "directions")}
    return build(SaveUnit, {"unit_id": unit_id, **fields, "retired": form.get("retired") == "yes"})


def read_badges(form: Mapping[str, str]) -> tuple[AddBadges | None, Errors]:
    """Return the run of badges that a form asks for; of three digits at least, or as many as were typed."""
    first, last = form.get("first", "").strip(), form.get("last", "").strip()
    digits = min(5, max(3, len(first), len(last)))
    return build(AddBadges, {"gate_id": form.get("gate_id", ""), "first": first, "last": last, "digits": digits})


def read_badge(form: Mapping[str, str]) -> tuple[ChangeBadge | None, Errors]:
    """Return what a form says about one badge."""
    return build(ChangeBadge, {name: form.get(name, "") for name in ("number", "state")})


def read_pairing(form: Mapping[str, str], code_hash: bytes) -> tuple[OpenPairing | None, Errors]:
    """Return the pairing that a form asks for."""
    fields = {name: form.get(name, "") for name in ("gate_id", "name", "purpose")}
    return build(OpenPairing, {"code_hash": code_hash.hex(), **fields})
