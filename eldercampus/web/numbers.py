"""Whole numbers from addresses and forms, never larger than a column holds."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1  # of an integer column on PostgreSQL


def whole_number(text: str) -> int:
    """0 to LARGEST, in plain digits; ValueError for everything else, as `type=` of request.args and
    request.form takes it."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST):
        raise ValueError(text[:20])
    return int(text)


class WholeNumber(IntegerConverter):
    """<int:…> in an address: no page is found for what no row can have."""

    regex = "[0-9]{1,10}"

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, *args, **{"max": LARGEST, **options})


def init_numbers(app: Flask) -> None:
    app.url_map.converters["int"] = WholeNumber
