"""Addresses of our own files that name their content: browsers keep them for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Response

_A_YEAR = 365 * 24 * 3600
_VERSION = "v"


def init_static_files(app: Flask) -> None:
    app.session_interface = _NotForFiles()
    app.url_defaults(_name_the_content)
    app.after_request(_keep_for_a_year)


class _NotForFiles(SecureCookieSessionInterface):
    """Flask's sessions. Files are the same for everybody: they neither set a cookie nor depend on
    one, else browsers would fetch them again after each sign-in."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "static":
            super().save_session(app, session, response)


def _name_the_content(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static":
        values.setdefault(_VERSION, _version(values["filename"]))


def _version(filename: str) -> str | None:
    path = _path(current_app.static_folder or "", filename)
    try:
        return _of_content(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=100)
def _path(folder: str, filename: str) -> Path:
    return Path(folder) / filename


@lru_cache(maxsize=100)
def _of_content(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _keep_for_a_year(response: Response) -> Response:
    """What is asked for by its content; anything else is asked about each time."""
    if request.endpoint == "static" and response.status_code in (200, 304):
        asked = request.args.get(_VERSION)
        if asked and asked == _version((request.view_args or {})["filename"]):
            response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
    return response
