"""flask audit …: the append-only chain."""

import click
from flask.cli import AppGroup

from eldercampus.audit.chain import broken_links

commands = AppGroup("audit", help="The append-only record of deeds.")


@commands.command()
def verify() -> None:
    """Checks the whole chain; says where it is broken."""
    broken = list(broken_links())
    for line in broken:
        click.echo(line, err=True)
    if broken:
        raise click.exceptions.Exit(1)
    click.echo("The chain is whole.")
