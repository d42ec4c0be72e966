"""flask demo …: the synthetic demonstration."""

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.demo.sign_ins import list_sign_ins
from eldercampus.demo.state import Loading, empty_database, how_far
from eldercampus.demo.story import STEPS, load_demonstration

commands = AppGroup("demo", help="The demonstration: synthetic people on real geography.")


@commands.command()
@click.option("--persons", default=8000, show_default=True, type=click.IntRange(200, 100_000))
@click.option("--seed", default=1, show_default=True)
@click.option("--once", is_flag=True, help="Do nothing where it is loaded already.")
def load(persons: int, seed: int, once: bool) -> None:
    """Fills an empty database with the demonstration."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("The demonstration needs DEMO=1, so that it cannot be mixed up.")
    state = how_far()
    if state is Loading.DONE and once:
        return
    if state in (Loading.DONE, Loading.OTHER):
        raise click.ClickException(
            "This database holds data already. Name an empty one in DATABASE_URL, "
            "or remove instance/eldercampus.db."
        )
    if state is Loading.HALF:
        click.echo("An earlier loading was interrupted: it starts again.")
        with transaction():
            empty_database()
    with click.progressbar(length=STEPS, label="Loading the demonstration") as bar:
        load_demonstration(persons, seed, datetime.now(UTC), lambda: bar.update(1))


@commands.command("sign-ins")
def sign_ins() -> None:
    """Whom one can sign in as."""
    for line in list_sign_ins(clock.now()):
        click.echo(line)
