"""Files that a browser keeps instead of showing."""

from flask import Response

JSON = "application/json"


def attachment(content: bytes, name: str, mimetype: str) -> Response:
    """name: ASCII without quotes."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=mimetype, headers=headers)
