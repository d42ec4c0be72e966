"""The visitor's own view: large text, language, text size; in cookies of one year, no account."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, current_app, redirect, request
from flask_babel import get_locale
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from eldercampus.language import LANGUAGE_COOKIE, LOCALES
from eldercampus.web.access import allow
from eldercampus.web.paths import safe_path

pages = Blueprint("preferences", __name__, url_prefix="/preferences")

VIEW_COOKIE = "view"
_CLASSES = {"normal": "", "elder": " ec-elder", "largest": " ec-elder ec-xl"}
_SIZES = {"large": "elder", "largest": "largest"}
_YEAR = 365 * 24 * 3600
_QUERIES = ("/courses", "/rounds")  # public, and made of what one chose to see
_LONGEST_QUERY, _LONGEST_NEXT = 500, 200
# what other pages have in their addresses: a page of a list, a year, a day, a term, two dry runs …
_NUMBERS = {
    "page", "year", "on", "term", "round", "term_id", "campus_id", "course_id",
    "removed", "place", "a", "b",
}  # fmt: skip
_NUMBER = re.compile(r"[0-9-]{1,12}")


@dataclass(frozen=True)
class View:
    """How this visitor sees pages: <html lang>, <html class>, and the address of this page."""

    lang: str
    classes: str
    here: str

    @property
    def elder(self) -> bool:
        return "ec-elder" in self.classes

    @property
    def largest(self) -> bool:
        return "ec-xl" in self.classes


def classes_of_view() -> str:
    """Of <html>, for the text size that this visitor has chosen."""
    return _CLASSES.get(request.cookies.get(VIEW_COOKIE, "normal"), "")


@pages.app_context_processor
def _view() -> dict[str, View]:
    lang = "en" if str(get_locale()).startswith("en") else "zh-Hans"
    return {"view": View(lang, classes_of_view(), address_here())}


def address_here() -> str:
    """This page's address, to come back to. Of what stands behind its "?" only what our pages put
    there, and bounded: what a stranger adds to a link is repeated nowhere (compression.py)."""
    path = iri_to_uri(request.path)
    if request.path.startswith(_QUERIES):
        query = iri_to_uri(request.full_path).partition("?")[2]
        return f"{path}?{query}" if query and len(query) <= _LONGEST_QUERY else path
    query = urlencode([(name, text) for name, text in request.args.items() if _is_ours(name, text)])
    return f"{path}?{query}" if query else path


def _is_ours(name: str, text: str) -> bool:
    if name == "next":
        return len(text) <= _LONGEST_NEXT and bool(safe_path(text, ""))
    return name in _NUMBERS and bool(_NUMBER.fullmatch(text))


@pages.post("/elder")
@allow("public.see")
def elder() -> Response:
    """Large text on or off."""
    wanted = request.form.get("view", "")
    return _back_with(VIEW_COOKIE, wanted if wanted in ("elder", "normal") else None)


@pages.post("/text-size")
@allow("public.see")
def text_size() -> Response:
    """Within the large text: still larger, or back."""
    return _back_with(VIEW_COOKIE, _SIZES.get(request.form.get("size", "")))


@pages.post("/language")
@allow("public.see")
def language() -> Response:
    """Chinese or English."""
    wanted = request.form.get("language", "")
    return _back_with(LANGUAGE_COOKIE, wanted if wanted in LOCALES else None)


def _back_with(cookie: str, value: str | None) -> Response:
    """Back to the page the visitor came from; an unknown value changes nothing."""
    answer = redirect(safe_path(request.form.get("next")), 303)
    if value is not None:
        answer.set_cookie(
            cookie,
            value,
            max_age=_YEAR,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            httponly=True,
            samesite="Lax",
        )
    return answer
