"""The texts of notices that are read out or come by letter: nobody can press a link there.

Kinds that are not here have no link in their text. Facts: see notices.py.
"""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

_BOTH: dict[str, LazyString] = {
    "result_published": _l(
        "%(name)s: the results of %(round)s are out. %(result)s Questions: %(phone)s."
    ),
    "round_cancelled": _l(
        "%(name)s: %(round)s has been called off, so nobody gets a seat in it. You need not do "
        "anything. Why, you can ask at %(phone)s."
    ),
    "relation_given": _l(
        "%(name)s: %(who)s may act for you %(until)s. That allows: %(what)s. You can end it on any "
        "day by ringing %(phone)s."
    ),
}

_CALLS: dict[str, LazyString] = {
    "confirmation_due": _l(
        "%(name)s: will you come to %(section)s? Please tell us now, or ring %(phone)s by "
        "%(until)s."
    ),
    "offer_made": _l(
        "%(name)s: a seat is free for you in %(section)s, %(when)s, %(place)s. Do you want it? "
        "Please tell us now, or ring %(phone)s by %(until)s. After that it goes to the next person."
    ),
    "offer_changed": _l(
        "%(name)s: the hours of %(section)s, where a seat is free for you, have changed. It is now "
        "%(when)s, %(place)s. Do you want the seat? Please tell us now, or ring %(phone)s by "
        "%(until)s."
    ),
}

_LETTERS: dict[str, LazyString] = {
    "confirmation_due": _l(
        "%(name)s: will you come to %(section)s? Please tell us by %(until)s: ring %(phone)s."
    ),
    "offer_made": _l(
        "%(name)s: a seat is free for you in %(section)s, %(when)s, %(place)s. Do you want it? "
        "Please ring %(phone)s by %(until)s. After that it goes to the next person."
    ),
    "offer_changed": _l(
        "%(name)s: the hours of %(section)s, where a seat is free for you, have changed. It is now "
        "%(when)s, %(place)s. Do you want the seat? Please ring %(phone)s by %(until)s."
    ),
}

UNLINKED: dict[str, dict[str, LazyString]] = {
    "call": _BOTH | _CALLS,
    "letter": _BOTH | _LETTERS,
}
"""By channel and kind."""
