"""Answers go out packed (gzip) to browsers that take it: a page is a third of its size then.

Packing can give secrets away by the length of the answer, where a stranger can put words into it
and read its length often enough (BREACH). So a page with an address that is itself a right (an
offer's, a calendar's) is not packed at all. For all others such a stranger has four hurdles: calls
from other sites carry no cookie (SameSite; opening one of our links does, one at a time and seen),
a page repeats of its address only what our own pages put there (public/preferences.py; the finder
and the public lists repeat what one asked), a form's token has another signature each second, and
each length is off by chance (_padded).
"""

import re
import secrets
import struct
import zlib

from flask import Flask, current_app, request
from flask.wrappers import Response

SHORTEST = 500
"""Bytes below which packing saves nothing."""
_PACKED = {
    "text/html", "text/css", "text/javascript", "text/plain", "text/csv", "text/calendar",
    "image/svg+xml", "application/json", "application/javascript",
}  # fmt: skip
_HEAD = b"\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\xff"  # gzip with a file name, no time, any system
_LEVEL, _LEVEL_KEPT = 5, 9
_RIGHT = re.compile(rb"/(?:offers|calendar)/[\w-]{16,}")  # an address that opens without signing in


def init_compression(app: Flask) -> None:
    app.extensions["eldercampus_packed_files"] = {}
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.mimetype not in _PACKED or response.status_code in (204, 206, 304):
        return response
    response.vary.add("Accept-Encoding")
    taken = request.accept_encodings["gzip"] > 0 and "Content-Encoding" not in response.headers
    if taken and request.endpoint == "static":
        _replace(response, _packed_file(response))
    elif taken and not response.is_streamed and (response.content_length or 0) >= SHORTEST:
        plain = response.get_data()
        if not _RIGHT.search(plain):
            _replace(response, _padded(plain))
    return response


def _replace(response: Response, packed: bytes) -> None:
    etag, _weak = response.get_etag()
    response.direct_passthrough = False
    if close := getattr(response.response, "close", None):
        close()  # a file that nobody reads on
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    if etag:
        response.set_etag(etag, weak=True)  # the same words, other bytes


def _packed_file(response: Response) -> bytes:
    """A file of ours, packed once for as long as it stays the same."""
    kept: dict[tuple[str, str | None], bytes] = current_app.extensions["eldercampus_packed_files"]
    key = (request.path, response.get_etag()[0])
    if key not in kept:
        response.direct_passthrough = False
        kept[key] = _gzip(response.get_data(), b"", _LEVEL_KEPT)
    return kept[key]


def _padded(plain: bytes) -> bytes:
    """With a file name of chance length, which browsers pass over."""
    return _gzip(plain, b"-" * secrets.randbelow(32), _LEVEL)


def _gzip(plain: bytes, name: bytes, level: int) -> bytes:
    packing = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packing.compress(plain) + packing.flush()
    tail = struct.pack("<II", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)
    return b"".join((_HEAD, name, b"\0", body, tail))
