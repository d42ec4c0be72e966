"""flask district …: an empty district for real use."""

from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.years import load_calendar_year
from eldercampus.clock import wall_now
from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.places.districts import DistrictDetails, start_district

commands = AppGroup("district", help="The district of this database.")


@commands.command()
@click.option("--code", required=True, help="Six digits of the statistics bureau: 330213.")
@click.option("--name", required=True, help="奉化区")
@click.option("--name-en", required=True, help="Fenghua District")
@click.option("--school", required=True, help="The elder university: 奉化老年大学")
@click.option("--school-en", required=True, help="Fenghua Elder University")
@click.option("--phone", required=True, help="Shown on every page: whom to ring for help.")
@click.option(
    "--geography",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with towns.csv and communities.csv, columns as in eldercampus/data/fenghua.",
)
def create(
    code: str, name: str, name_en: str, school: str, school_en: str, phone: str, geography: Path
) -> None:
    """Sets up an empty district: towns, communities, the calendar of this year and the next.

    All rules begin with their defaults. Nothing is written where something is wrong.
    """
    details = DistrictDetails(code, name, name_en, school, school_en, phone)
    now = wall_now()
    try:
        with transaction():
            towns, communities = start_district(details, geography, now=now)
            this_year = day_of(now).year
            years = [load_calendar_year(year, now=now) for year in (this_year, this_year + 1)]
            provisional = [str(year.year) for year in years if year.provisional]
    except DomainError as error:
        with force_locale("en"):
            raise click.ClickException(sentence(error)) from error
    click.echo(f"{name_en} is set up: {towns} towns, {communities} communities.")
    if provisional:
        click.echo(
            f"The official holidays of {' and '.join(provisional)} are not known yet: "
            "compare them under Rules, Calendar when the notice is out."
        )
    click.echo("Next: flask account create --role district_officer --username NAME")
