"""flask account …: accounts of staff and town offices."""

import secrets

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from eldercampus.clock import wall_now
from eldercampus.db import db, transaction
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.people.accounts import STAFF_ROLES, NewAccount, create_account, grant
from eldercampus.places.models import Campus, Town

commands = AppGroup("account", help="Accounts of staff and town offices.")


@commands.command()
@click.option("--role", required=True, type=click.Choice(STAFF_ROLES), help="What it may do.")
@click.option("--username", required=True, help="The name to sign in with.")
@click.option("--name", default="", help="The person's name, shown beside what they did.")
@click.option("--name-latin", default="", help="The same in Latin letters, for English pages.")
@click.option("--campus", help="Code of the campus: for clerk, teacher, campus_head.")
@click.option("--town", help="Code of the town: for town_officer.")
@click.option("--generate", is_flag=True, help="Makes up a password instead of asking for one.")
def create(
    role: str,
    username: str,
    name: str,
    name_latin: str,
    campus: str | None,
    town: str | None,
    generate: bool,
) -> None:
    """Makes an account and shows its secrets, once."""
    password = secrets.token_urlsafe(15) if generate else _ask_password()
    now = wall_now()
    try:
        with transaction():
            campus_id, town_id = _campus_id(campus), _town_id(town)
            made = create_account(username, password, name=name, name_latin=name_latin, now=now)
            grant(made.account.id, role, campus_id=campus_id, town_id=town_id, now=now)
    except DomainError as error:
        with force_locale("en"):
            raise click.ClickException(sentence(error)) from error
    _show(made, username, password if generate else None)


def _ask_password() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _campus_id(code: str | None) -> int | None:
    found = db.session.scalar(select(Campus.id).where(Campus.code == code)) if code else None
    if code and found is None:
        raise click.ClickException(f"There is no campus with the code {code}.")
    return found


def _town_id(code: str | None) -> int | None:
    found = db.session.scalar(select(Town.id).where(Town.code == code)) if code else None
    if code and found is None:
        raise click.ClickException(f"There is no town with the code {code}.")
    return found


def _show(made: NewAccount, username: str, password: str | None) -> None:
    click.echo(f"The account {username} is made. What follows is shown once: keep it safe.\n")
    if password:
        click.echo(f"Password:        {password}")
    click.echo(f"Authenticator:   {made.totp_secret}")
    click.echo(f"  as an address: {made.totp_uri}")
    click.echo("Recovery codes, each for one sign-in without the authenticator:")
    for code in made.recovery_codes:
        click.echo(f"  {code}")
