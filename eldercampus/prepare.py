"""`python -m eldercampus.prepare`: what has to be true before the pages open.

The database is up to date and, where DEMO=1, the demonstration is loaded and its sign-ins are
printed. These are the commands `flask db upgrade`, `flask demo load --once` and
`flask demo sign-ins` in one process, because starting Python thrice takes seconds.
"""

import sys

import click
from flask import Flask
from flask.cli import ScriptInfo

from eldercampus.app import create_app

ALWAYS = (["db", "upgrade"],)
DEMONSTRATION = (["demo", "load", "--once"], ["demo", "sign-ins"])


def main() -> int:
    """Exit code 0, or 1 after the sentence of the command that failed."""
    app = create_app()
    steps = (*ALWAYS, *DEMONSTRATION) if app.config["DEMO"] else ALWAYS
    try:
        for words in steps:
            _run(app, words)
    except click.ClickException as error:
        error.show()
        return 1
    except click.Abort:
        return 1
    return 0


def _run(app: Flask, words: list[str]) -> None:
    app.cli.main(words, obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)


if __name__ == "__main__":
    sys.exit(main())
