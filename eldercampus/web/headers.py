"""Headers of every answer: only our own files run, nothing personal stays in a cache."""

from flask import Flask, current_app, request
from flask.wrappers import Response
from flask_login import current_user

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TWO_YEARS = 2 * 365 * 24 * 3600


def init_headers(app: Flask) -> None:
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if current_app.config["PRODUCTION"]:
        response.headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}"
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store" if _is_personal() else "private, no-cache"
    return response


def _is_personal() -> bool:
    """Everything but public pages seen by somebody who is not signed in."""
    view = current_app.view_functions.get(request.endpoint or "")
    public = getattr(view, "access_action", None) == "public.see"
    return not public or bool(current_user.is_authenticated)
