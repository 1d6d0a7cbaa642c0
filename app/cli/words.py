"""What the shell says, in the language of whoever reads it."""

import functools
import os
import sys
from collections.abc import Mapping
from typing import Any

import typer

from app.errors import Problem, Refusal, StartError
from app.web.texts import LANGUAGES, Texts, Told


def language_of(environment: Mapping[str, str]) -> str:
    """Return `vi` or `en`: what GATEBOOK_LANGUAGE says, else Vietnamese where the machine's language is Vietnamese."""
    chosen = environment.get("GATEBOOK_LANGUAGE", "").strip().casefold()
    if chosen in LANGUAGES:
        return chosen
    machine = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "vi" if machine.casefold().startswith("vi") else "en"


@functools.cache
def chosen_texts() -> Texts:
    """Return the texts of the shell's language, chosen once."""
    return Texts.for_language(language_of(os.environ))


def language() -> str:
    """Return the shell's language, `vi` or `en`."""
    return chosen_texts().language


def text(key: str, **values: object) -> str:
    """Return a text of the catalogue `shell`."""
    return chosen_texts()(key, **values)


def say(key: str, **values: object) -> None:
    """Print a text."""
    typer.echo(text(key, **values))


def warn(key: str, **values: object) -> None:
    """Print a text to standard error, where it is in nobody's way."""
    typer.echo(text(key, **values), err=True)


def tell(told: Told) -> str:
    """Return the text of what a form has to say about a field."""
    return chosen_texts().say(told)


def sentence(error: StartError | Problem | Refusal) -> str:
    """Return the one sentence that says what went wrong."""
    values: dict[str, Any] = error.values
    for key in (f"shell.start.{error.code}", f"errors.{error.code}"):
        if chosen_texts().has(key):
            return chosen_texts()(key, **values)
    return error.code


def ask(key: str, default: str | None = None) -> str:
    """Return what somebody types after a text; without a terminal the next line of the input."""
    if sys.stdin.isatty():
        return typer.prompt(text(key), default=default)
    return sys.stdin.readline().strip() or default or ""


def ask_secret(key: str, *, twice: bool = True) -> str:
    """Return a secret that somebody types unseen, twice; without a terminal the next line of the input."""
    if sys.stdin.isatty():
        return typer.prompt(text(key), hide_input=True, confirmation_prompt=text("shell.again") if twice else False)
    return sys.stdin.readline().rstrip("\r\n")
