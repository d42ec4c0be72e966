"""Where a visitor may be sent back to."""

import re
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

_PATH = re.compile(r"/(?:[A-Za-z0-9_.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2}|/)*", re.ASCII)
_QUERY = re.compile(r"(?:[A-Za-z0-9_.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*", re.ASCII)


def safe_path(target: str | None, default: str = "/") -> str:
    """`target` if it is a page of ours that can be opened, else `default`.

    An allow-list: plain characters only, and the path must lead to one of our GET routes. So no
    other host, no backslash, no `//`, no scheme and no control character gets through.
    """
    path, _, query = (target or "").partition("?")
    if not _PATH.fullmatch(path) or "//" in path or not _QUERY.fullmatch(query):
        return default
    routes = current_app.url_map.bind("localhost")
    try:
        routes.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return default
    return f"{path}?{query}" if query else path


def page_before() -> str | None:
    """The page of ours that this request came from; None where the browser does not say."""
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host:
        return None
    return safe_path(f"{came.path}?{came.query}" if came.query else came.path, "") or None
