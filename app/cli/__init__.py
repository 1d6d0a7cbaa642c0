"""The command `gatebook`."""

import os
import sys

import typer

from app.cli import chain, checkup, copies, exporting, first_run, people, playing, serving, tls
from app.cli.words import sentence, text
from app.errors import Problem, Refusal, StartError

shell = typer.Typer(
    name="gatebook",
    help=text("shell.help"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
shell.command("serve", help=text("shell.help.serve"))(serving.serve)
shell.command("demo", help=text("shell.help.demo"))(playing.demo)
shell.command("setup", help=text("shell.help.setup"))(first_run.setup)
shell.command("migrate", help=text("shell.help.migrate"))(copies.migrate)
shell.add_typer(people.account, name="account")
shell.add_typer(people.device, name="device")
shell.add_typer(people.token, name="token")
shell.add_typer(tls.tls, name="tls")
shell.command("verify", help=text("shell.help.verify"))(chain.verify)
shell.command("backup", help=text("shell.help.backup"))(copies.backup)
shell.command("restore", help=text("shell.help.restore"))(copies.restore)
shell.command("export", help=text("shell.help.export"))(exporting.export)
shell.command("doctor", help=text("shell.help.doctor"))(checkup.doctor)


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
        sys.exit(text("shell.start.unexpected", kind=type(error).__name__))
