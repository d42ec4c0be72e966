"""The `flask …` commands: one module a group. Each ends with exit code 0, or 1 and a sentence."""

from importlib import import_module

from flask import Flask

# modules with a click group (or command) named `commands`
_COMMANDS: tuple[str, ...] = (
    "eldercampus.cli.account",
    "eldercampus.cli.audit",
    "eldercampus.cli.demo",
    "eldercampus.cli.jobs",
    "eldercampus.cli.places",
    "eldercampus.cli.waitlist",
)


def register(app: Flask) -> None:
    for name in _COMMANDS:
        app.cli.add_command(import_module(name).commands)
