"""create_app(): assembly only."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from eldercampus import cli
from eldercampus.db import db, engine_options, normalise_url, prepare_engine
from eldercampus.extensions import babel, csrf, login, migrate
from eldercampus.language import choose_locale
from eldercampus.people.sealing import use_key
from eldercampus.web import register_web

# The domain packages above are imported by web and cli; these tables have no other importer.
from eldercampus.approvals import models as _approvals  # noqa: F401  isort: skip
from eldercampus.tasks import models as _tasks  # noqa: F401  isort: skip


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """The WSGI application. settings override the environment (tests)."""
    app = Flask(__name__)
    app.config.from_mapping(_DEFAULTS)
    app.config.from_mapping(config.from_environment())
    app.config.from_mapping(settings or {})
    if found := config.problems(dict(app.config)):
        raise SystemExit("eldercampus does not start:\n- " + "\n- ".join(found))
    url = normalise_url(app.config["SQLALCHEMY_DATABASE_URI"])
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    use_key(app.config["SEALING_KEY"])
    _believe_proxies(app, app.config["PROXIES"])
    _bind_extensions(app)
    register_web(app)
    cli.register(app)
    return app


_DEFAULTS = {
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "PERMANENT_SESSION_LIFETIME": 60 * 60 * 24 * 30,
    # else a late answer to an earlier page would put the cookie back as it was before signing in
    "SESSION_REFRESH_EACH_REQUEST": False,
    "WTF_CSRF_TIME_LIMIT": None,  # a page left open over night still sends
    "WTF_CSRF_SSL_STRICT": False,
    "WTF_I18N_ENABLED": False,  # our validators have their own words
    "BABEL_DEFAULT_LOCALE": "zh",
    "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
    "BABEL_TRANSLATION_DIRECTORIES": "translations",
}


def _believe_proxies(app: Flask, count: int) -> None:
    """The asker's address and scheme are what the last `count` proxies say; throttles count by
    that address."""
    if count:
        fixed = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)
        app.wsgi_app = fixed  # type: ignore[method-assign]


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrate.init_app(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=True)
    babel.init_app(app, locale_selector=choose_locale)
    csrf.init_app(app)
    login.init_app(app)
