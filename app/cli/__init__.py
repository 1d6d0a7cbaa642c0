"""The command `gatebook`."""

import os
import sys

import typer

from app.cli import serving
from app.cli.words import sentence, text
from app.errors import Problem, Refusal, StartError

shell = typer.Typer(
    name="gatebook",
    help=text("help"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@shell.callback()
def about() -> None:
    """Keep `gatebook` a group of commands."""


shell.command("serve", help=text("help.serve"))(serving.serve)


def main() -> None:
    """Run a command; whatever goes wrong ends in one sentence and a non-zero exit, never in a trace."""
    # The book, its key, backups and exports are nobody else's to read.
    os.umask(0o077)
    try:
        shell()
    except (StartError, Problem, Refusal) as error:
        sys.exit(sentence(error))
    except Exception as error:
        if os.environ.get("GATEBOOK_LOG_LEVEL") == "debug":
            raise
        sys.exit(text("start.unexpected", kind=type(error).__name__))
