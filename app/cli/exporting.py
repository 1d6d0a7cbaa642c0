"""`gatebook export`: the logbook as a file, as /exports makes it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.opening import at_desk
from app.cli.people import SiteOption
from app.cli.words import language, say, text
from app.errors import StartError
from app.kit.zones import local_day
from app.reports.files import Logbook, file_name, open_logbook, write_logbook
from app.reports.schemas import read_query

DAYS = ["%Y-%m-%d", "%d/%m/%Y"]


def export(
    output: Annotated[Path | None, typer.Option("--output", "-o", help=text("shell.help.output"))] = None,
    form: Annotated[Literal["csv", "xlsx", "pdf"], typer.Option(help=text("shell.help.form"))] = "xlsx",
    first: Annotated[datetime | None, typer.Option("--from", formats=DAYS, help=text("shell.help.from"))] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=DAYS, help=text("shell.help.to"))] = None,
    site: SiteOption = None,
) -> None:
    """Write the logbook of a range of days to a file; that it was taken stands in the journal."""
    if output is not None and output.exists():
        raise StartError("copy_there", path=output)
    with at_desk(site) as desk:
        today = local_day(desk.clock.now(), desk.site.zone)
        given = {"from": first, "to": last}
        query, errors = read_query({name: f"{day:%Y-%m-%d}" for name, day in given.items() if day}, today)
        if errors:
            raise StartError("range_odd")
        command = query.command(form, today)
        logbook = open_logbook(desk.book, desk.site.id, command, desk.do(command), query.paper(language()))
        path = output or Path(file_name(logbook))
        _write(logbook, path)
        say("shell.export.done", path=path, lines=logbook.extent.lines)


def _write(logbook: Logbook, path: Path) -> None:
    try:
        with path.open("xb") as file:
            write_logbook(logbook, file)
    except FileExistsError:
        raise StartError("copy_there", path=path) from None
    except OSError as error:
        raise StartError("copy_failed", path=path) from error
