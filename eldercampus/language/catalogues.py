"""The catalogues of translations, found without detours: a page asks for some sixty texts.

Flask-Babel looks up the request's locale, and Jinja the caller's context, anew for every text; that
was a quarter of a page's time. What comes out is the same.
"""

from collections.abc import Callable
from typing import Any, cast

from babel.support import NullTranslations
from flask import g
from flask_babel import Domain, get_translations
from markupsafe import Markup


class Catalogues(Domain):
    """Flask-Babel's, with the catalogue of the present locale at hand."""

    def __init__(self) -> None:
        cast("Any", super()).__init__()

    def get_translations(self) -> NullTranslations:
        """That of the present locale: of the request, or of force_locale()."""
        found = _at_hand()
        if found is None:
            found = cast("Any", super()).get_translations()
            kept = _kept()
            locale = getattr(kept, "babel_locale", None)
            if kept is not None and locale is not None:
                kept.catalogue = locale, found
        return cast("NullTranslations", found)


def _kept() -> Any:
    """What Flask-Babel keeps of this request; None before it is asked, and outside of one."""
    try:
        here = cast("Any", g)._get_current_object()  # each look through the proxy costs
    except RuntimeError:
        return None
    return getattr(here, "_flask_babel", None)


def _at_hand() -> NullTranslations | None:
    """The catalogue found last, while the locale is still the same."""
    kept = _kept()
    spoken, found = getattr(kept, "catalogue", (None, None))
    return found if getattr(kept, "babel_locale", None) is spoken else None


def _spoken() -> NullTranslations:
    return _at_hand() or get_translations()


def _text(message: str, **values: Any) -> Markup:
    return _filled(_spoken().gettext(message), values)


def _plural(singular: str, plural: str, num: int, **values: Any) -> Markup:
    text: str = _spoken().ngettext(singular, plural, num)
    return _filled(text, {"num": num, **values})


def _of_context(context: str, message: str, **values: Any) -> Markup:
    return _filled(str(_spoken().pgettext(context, message)), values)


def _filled(text: str, values: dict[str, Any]) -> Markup:
    """The catalogue's markup is ours; values are escaped."""
    return Markup(text) % values if "%" in text else Markup(text)  # noqa: S704


IN_TEMPLATES: dict[str, Callable[..., Markup]] = {
    "_": _text,
    "gettext": _text,
    "ngettext": _plural,
    "pgettext": _of_context,
}
