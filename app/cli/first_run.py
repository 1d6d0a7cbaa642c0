"""`gatebook setup`: what the first run's page asks, asked in the shell or given as options."""

from typing import Annotated

import typer

from app.accounts.repository import hash_secret
from app.clerk import Actor, Status
from app.cli.opening import opened, read_settings
from app.cli.words import ask, ask_secret, say, tell, text
from app.clock import Clock
from app.db import Book
from app.errors import Refusal, StartError
from app.kit.ids import new_id
from app.main import make_clerk
from app.setup.files import read_key
from app.setup.queries import recovery_words
from app.setup.schemas import SetupForm
from app.sites.repository import first_site

Given = Annotated[str | None, typer.Option(help=text("shell.help.asked"))]
Left = Annotated[str, typer.Option(help=text("shell.help.optional"))]


def setup(  # noqa: PLR0913, PLR0917 - one option for each field of the page
    office_name: Given = None,
    gate_name: Given = None,
    units: Annotated[str | None, typer.Option(help=text("shell.help.units"))] = None,
    manager_name: Given = None,
    manager_login: Given = None,
    guard_name: Given = None,
    letterhead: Annotated[str, typer.Option(help=text("shell.help.letterhead"))] = "state",
    parent_name: Left = "",
    place: Left = "",
    contact: Left = "",
    public_url: Annotated[str, typer.Option(help=text("shell.help.public_url"))] = "",
    wifi_name: Left = "",
    wifi_password: Left = "",
) -> None:
    """Open the first office: name, gate, units, manager and guard; then print the words of the recovery sheet."""
    needed = {
        "office_name": office_name, "gate_name": gate_name, "units": units, "manager_name": manager_name,
        "manager_login": manager_login, "guard_name": guard_name,
    }  # fmt: skip
    plain = {
        "letterhead": letterhead, "parent_name": parent_name, "place": place, "contact": contact,
        "public_url": public_url, "wifi_name": wifi_name, "wifi_password": wifi_password,
    }  # fmt: skip
    with opened() as book:
        with book.reading() as session:
            if first_site(session) is not None:
                raise Refusal("site_open")
        typed = plain | {name: ask(f"shell.ask.{name}") if value is None else value for name, value in needed.items()}
        typed["units"] = typed["units"].replace(";", "\n")
        typed["manager_passphrase"] = ask_secret("shell.ask.passphrase")
        typed["guard_pin"] = ask_secret("shell.ask.pin")
        _open_office(book, typed)


def _open_office(book: Book, typed: dict[str, str]) -> None:
    command, errors = SetupForm(typed).read(lambda _field, secret: hash_secret(secret))
    if command is None:
        for field, told in errors.items():
            typer.echo(f"--{field.replace('_', '-')}: {tell(told)}", err=True)
        raise typer.Exit(1)
    clerk = make_clerk(book, Clock())
    clerk.start()
    try:
        outcome = clerk.submit(new_id(), command, Actor(new_id(), new_id(), command.manager_name, "manager"))
    finally:
        clerk.stop()
    if outcome.status is Status.REFUSED:
        raise Refusal(outcome.code or "refused", **outcome.values)
    say("shell.setup.done", name=command.office_name, code=outcome.values["gate_code"])
    _print_recovery()


def _print_recovery() -> None:
    """Print the key's words for the safe, four a line."""
    keys = read_key(read_settings())
    if keys is None:
        raise StartError("key_missing", path="")
    words = recovery_words(keys.master)
    say("shell.setup.recovery")
    for first in range(0, len(words), 4):
        typer.echo("  ".join(f"{first + at + 1:2}. {word:<9}" for at, word in enumerate(words[first : first + 4])))
