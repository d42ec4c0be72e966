"""NUL is no text: nobody types it, PostgreSQL refuses it. It is left out of what is sent before any
view reads it, and an address with it is nobody's."""

from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict


def init_plain_text(app: Flask) -> None:
    app.before_request(_leave_out_nul)


def _leave_out_nul() -> None:
    if "\0" in request.path:
        abort(404)
    if _has_nul(request.args):
        request.args = _without_nul(request.args)
    if request.method == "POST" and _has_nul(request.form):
        request.form = _without_nul(request.form)


def _has_nul(sent: MultiDict[str, str]) -> bool:
    return any("\0" in text for pair in sent.items(multi=True) for text in pair)


def _without_nul(sent: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(
        (name.replace("\0", ""), text.replace("\0", "")) for name, text in sent.items(multi=True)
    )
