"""NUL is no text: nobody types it, PostgreSQL refuses it. It is left out of what is sent before any
view reads it, and an address with it is nobody's."""

from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict


def init_plain_text(app: Flask) -> None:
    app.before_request(_leave_out_nul)


def _leave_out_nul() -> None:
    if "\0" in request.path:
        abort(404)
    if b"%00" in request.query_string:
        request.args = _without(request.args)
    if request.method == "POST":
        request.form = _without(request.form)


Sent = ImmutableMultiDict[str, str]


def _without(sent: Sent) -> Sent:
    if not any("\0" in text for pair in sent.items(multi=True) for text in pair):
        return sent
    return ImmutableMultiDict(
        (name.replace("\0", ""), text.replace("\0", "")) for name, text in sent.items(multi=True)
    )
