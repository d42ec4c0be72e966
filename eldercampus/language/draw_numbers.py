"""A person's draw number in words, the same on the page, the slip and the phone script."""

from flask_babel import gettext as _

from eldercampus.allocation.explain import DrawNumber, short_number


def number_sentences(number: str | None, drawn: DrawNumber | None) -> list[str]:
    """number: 64 hex digits, None for who has none; drawn: its place, None where it was not in the
    draw."""
    if number is None:
        return []
    return [_begins(number, drawn), order_sentence()]


def order_sentence() -> str:
    """How numbers with letters in them are ordered."""
    return _("Smaller numbers come first: 0 to 9, then a to f.")


def _begins(number: str, drawn: DrawNumber | None) -> str:
    short = short_number(number)
    if drawn is None:
        return _("Your draw number begins with %(number)s.", number=short)
    return _(
        "Your draw number begins with %(number)s: place %(place)d of %(of)d.",
        number=short,
        place=drawn.place,
        of=drawn.of,
    )
