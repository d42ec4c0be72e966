"""Error pages: what happened, what to do, whom to ring; also when the database is away."""

from typing import Any

from flask import Flask, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from eldercampus.errors import NotFound
from eldercampus.web.context import School, current_school
from eldercampus.web.kept_forms import keep_typed
from eldercampus.web.public.preferences import classes_of_view

_PAGES = {400, 403, 404, 405, 409, 413, 429, 500, 503}


def register_error_pages(app: Flask) -> None:
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)


def _page(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error  # redirects and ready answers
    nearest = 400 if error.code < 500 else 500
    code = error.code if error.code in _PAGES else nearest
    return _render(str(code)), error.code


def _unknown_host(_error: SecurityError) -> tuple[str, int]:
    """Asked for under a name that is not ours: there are no addresses to print links with."""
    return unread_page(), 400


def _stale(_error: CSRFError) -> ResponseReturnValue:
    """The page is older than the cookie: nothing is done, and the page is shown anew with what was
    typed. Without any cookie they may be off, and going on would only lead round in a circle."""
    kept = keep_typed()
    if kept.page is None or not request.cookies.get(current_app.config["SESSION_COOKIE_NAME"]):
        return _render("stale", page=kept.page), 400
    if not kept.typed:
        flash(
            _("The page had been open for a long time. Nothing was done. Please do it once more."),
            "mind",
        )
    return redirect(kept.page, 303)


def _not_found(_error: NotFound) -> tuple[str, int]:
    return _render("404"), 404


def _database_away(error: Exception) -> tuple[str, int]:
    current_app.logger.error("the database does not answer", exc_info=error)
    return _plain(), 503


def _render(name: str, **facts: Any) -> str:
    try:
        return render_template(f"errors/{name}.html", **facts)
    except (OperationalError, PoolTimeout):
        return _plain()


def _plain() -> str:
    """Without context processors, which ask the database; the phone is the one last seen there."""
    school = current_app.extensions.get("eldercampus_school")
    page = current_app.jinja_env.get_template("errors/plain.html")
    lang = "en" if str(get_locale()).startswith("en") else "zh-Hans"
    phone = school.phone if school else None
    return page.render(lang=lang, classes=classes_of_view(), phone=phone)


def unread_page() -> str:
    """For a request that could not even be read: nobody knows in which language, so in both."""
    school = current_app.extensions.get("eldercampus_school") or current_school()
    page = current_app.jinja_env.get_template("errors/unread.html")
    return page.render(parts=[_unread(lang, school) for lang in ("zh", "en")])


def _unread(lang: str, school: School | None) -> dict[str, str]:
    with force_locale(lang):
        return {
            "lang": "zh-Hans" if lang == "zh" else lang,
            "title": _("We could not read what was sent"),
            "advice": _("Nothing was changed. Please begin again from the first page."),
            "ring": _("Or ring us: %(phone)s", phone=school.phone) if school else "",
        }
