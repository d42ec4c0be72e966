"""flask places …: the points of communities."""

from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from eldercampus.clock import now
from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.places.datum import DATUMS
from eldercampus.places.point_file import read_point_file
from eldercampus.places.points import PointsRefused, import_points

commands = AppGroup("places", help="Where people live.")


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--datum", type=click.Choice(DATUMS), default="wgs84", help="What the map shows.")
@click.option("--source", default="", help="Who measured; the file's name where it is left out.")
def import_(file: Path, datum: str, source: str) -> None:
    """Takes in community points from a CSV or XLSX file: columns code, longitude, latitude.

    Every row must be right, or nothing is taken in.
    """
    try:
        rows = read_point_file(file.read_bytes())
        with transaction():
            count = import_points(
                rows, datum, source=source or file.name, account_id=None, now=now()
            )
    except DomainError as error:
        _explain(error)
        raise click.exceptions.Exit(1) from error
    click.echo(f"Points taken in: {count} ({datum}).")


def _explain(error: DomainError) -> None:
    """Each wrong row with its number, then the whole; in English, like all commands."""
    with force_locale("en"):
        for problem in getattr(error, "problems", ()) if isinstance(error, PointsRefused) else ():
            click.echo(f"row {problem.number}: {sentence(problem.error)}", err=True)
        click.echo(sentence(error), err=True)
