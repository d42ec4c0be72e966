"""Labels and sentences of catalogue (see the package's docstring)."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LABELS: dict[str, LazyString] = {}

SENTENCES: dict[str, LazyString] = {}
