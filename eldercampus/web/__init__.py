"""The pages: one blueprint a subject, grouped by audience, each registered here."""

from importlib import import_module

from flask import Flask

from eldercampus.web import words
from eldercampus.web.access import init_access
from eldercampus.web.errors import register_error_pages

# module → blueprint objects named `pages`; one line each, so that additions do not collide
_PAGES = (
    "eldercampus.web.public.preferences",
    "eldercampus.web.public.health",
)


def register_web(app: Flask) -> None:
    init_access(app)
    words.register(app)
    register_error_pages(app)
    for name in _PAGES:
        app.register_blueprint(import_module(name).pages)
