"""One line for each request: method, path as a template, status, milliseconds. Nothing personal.

Never the path itself, the query or an address: they may hold a number that belongs to somebody.
"""

import logging
import time
from typing import Any

import structlog
from flask import Flask, g, request
from flask.wrappers import Response

_logger = logging.getLogger("eldercampus.request")


def init_request_log(app: Flask) -> None:
    """Writes to stderr; a demonstration keeps its terminal for people."""
    if not (app.config["DEMO"] or app.testing or _logger.handlers):
        _logger.addHandler(logging.StreamHandler())
        _logger.setLevel(logging.INFO)
    app.before_request(_begin)
    app.after_request(_end)


def _line() -> Any:
    return structlog.wrap_logger(
        _logger,
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
    )


def _begin() -> None:
    g.request_began = time.perf_counter()


def _end(response: Response) -> Response:
    began = g.get("request_began", time.perf_counter())
    _line().info(
        "request",
        method=request.method,
        path=request.url_rule.rule if request.url_rule else "",
        status=response.status_code,
        ms=round((time.perf_counter() - began) * 1000),
    )
    return response
