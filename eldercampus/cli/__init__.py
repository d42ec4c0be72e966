"""The `flask …` commands: one module a group. Each ends with exit code 0, or 1 and a sentence.

A group's module is loaded when it is called, so that web workers load neither clock nor pinyin.
"""

from importlib import import_module

import click
from flask import Flask

# eldercampus.cli.NAME has the click group `commands`
_GROUPS = {
    "account": "Staff accounts and their roles.",
    "audit": "The append-only record of deeds.",
    "demo": "The demonstration: synthetic people on real geography.",
    "district": "The district of this database.",
    "jobs": "What the clock does.",
    "places": "Towns, communities and their points.",
    "waitlist": "The waiting lists.",
}


class LaterGroup(click.Group):
    """Stands for the group of a module until one of its commands is wanted."""

    def _real(self) -> click.Group:
        group = import_module(f"eldercampus.cli.{self.name}").commands
        if not isinstance(group, click.Group):
            raise TypeError(f"eldercampus.cli.{self.name}.commands is no group")
        return group

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._real().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._real().get_command(ctx, cmd_name)


def register(app: Flask) -> None:
    for name, what in _GROUPS.items():
        app.cli.add_command(LaterGroup(name, help=what))
