"""flask waitlist …: the queues after a draw."""

import click
from flask.cli import AppGroup

from eldercampus.clock import now
from eldercampus.enrolment.waitlists import check_waitlists

commands = AppGroup("waitlist", help="The queues for seats after a draw.")


@commands.command()
def check() -> None:
    """Looks whether seats, offers and queues hold together; says where not."""
    problems = check_waitlists(now())
    for line in problems:
        click.echo(line, err=True)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("Seats, offers and queues hold together.")
