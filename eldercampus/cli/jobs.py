"""flask jobs …: what the clock does."""

import click
from flask import current_app
from flask.cli import AppGroup

from eldercampus import clock
from eldercampus.jobs.runner import do_tasks, run_forever, run_job
from eldercampus.jobs.timetable import BY_NAME, TIMETABLE

commands = AppGroup("jobs", help="What the clock does.")


@commands.command("list")
def list_jobs() -> None:
    """Shows the timetable."""
    for job in TIMETABLE:
        click.echo(f"{job.name:<18} {job.when!s:<15} {job.what}")
    click.echo(
        f"{'tasks':<18} {'when asked for':<15} draws and other long work that a page asks for"
    )


@commands.command()
@click.argument("name")
def once(name: str) -> None:
    """Runs one job now, whatever the timetable says."""
    if name == "tasks":
        do_tasks()
        return
    if name not in BY_NAME:
        known = ", ".join([*BY_NAME, "tasks"])
        raise click.ClickException(f"There is no job {name!r}. There are: {known}.")
    count = run_job(BY_NAME[name], None, clock.now())
    click.echo(f"{name}: {count}")


@commands.command()
def run() -> None:
    """Keeps the clock going until it is stopped."""
    run_forever(current_app._get_current_object())  # type: ignore[attr-defined]
