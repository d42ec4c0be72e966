"""What the web server answers by itself, because the request never reaches the application: an
address or headers too long, or no HTTP at all. Our page and not a bare word in English."""

from http import HTTPStatus
from typing import Any

from flask import Flask
from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.sync import SyncWorker

from eldercampus.web.errors import unread_page
from eldercampus.web.headers import ALWAYS

_STATUS = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
}
_FAULTS_OF_OURS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)


class Worker(SyncWorker):
    """gunicorn's worker, with our words for what it cannot read."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """The log says what was wrong and nothing of what was sent: it may hold a name."""
        if not isinstance(exc, errors.ParseException) or isinstance(exc, _FAULTS_OF_OURS):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("a request could not be read: %s", type(exc).__name__)
        try:
            write_nonblock(
                client, answer(self.wsgi, _STATUS.get(type(exc), HTTPStatus.BAD_REQUEST))
            )
        except OSError:
            self.log.debug("the asker is gone")


def answer(app: Flask, status: HTTPStatus) -> bytes:
    """The whole answer, as it goes over the wire."""
    with app.app_context():
        page = unread_page().encode()
    headers = {
        **ALWAYS,
        "Connection": "close",
        "Cache-Control": "no-store",
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(page)),
    }
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *map(": ".join, headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + page
