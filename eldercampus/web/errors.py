"""Error pages: what happened, what to do, whom to ring. Also when the database is away."""

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from eldercampus.errors import NotFound

_PAGES = {400, 403, 404, 405, 409, 413, 429, 500, 503}


def register_error_pages(app: Flask) -> None:
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(NotFound, _not_found)


def _page(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error  # redirects and ready answers
    code = error.code if error.code in _PAGES else 400 if error.code < 500 else 500
    return render_template(f"errors/{code}.html"), error.code


def _stale(_error: CSRFError) -> tuple[str, int]:
    """The page was open for too long, or cookies are off: nothing was sent."""
    return render_template("errors/stale.html"), 400


def _not_found(_error: NotFound) -> tuple[str, int]:
    return render_template("errors/404.html"), 404
