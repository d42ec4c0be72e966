"""`python -m eldercampus.webserver ARGUMENTS`: prepares the database, then becomes gunicorn.

First `flask db upgrade` and, where DEMO=1, `flask demo load --once` and `flask demo sign-ins`; then
`gunicorn ARGUMENTS`. All in one process, because each start of Python with our imports takes two
seconds: the first page comes in half the time.
"""

import gc
import sys

import click
from flask import Flask
from flask.cli import ScriptInfo
from gunicorn.app.wsgiapp import run

from eldercampus.app import create_app
from eldercampus.db import db

ALWAYS = (["db", "upgrade"],)
DEMONSTRATION = (["demo", "load", "--once"], ["demo", "sign-ins"])


def prepare(app: Flask) -> None:
    """Raises click.ClickException with the sentence of the command that failed."""
    for words in (*ALWAYS, *DEMONSTRATION) if app.config["DEMO"] else ALWAYS:
        app.cli.main(words, obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)
    with app.app_context():
        db.engine.dispose()  # gunicorn forks: its workers may not share a connection


def main() -> None:
    """Ends with exit code 1 after a sentence where the database cannot be prepared."""
    try:
        prepare(create_app())
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    sys.stdout.flush()
    gc.collect()
    gc.freeze()  # what is loaded by now stays: no page needs to look through it for garbage
    run()


if __name__ == "__main__":
    main()
