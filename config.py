"""Settings from the environment. Production refuses to start with unsafe ones (see problems())."""

import os
import secrets
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"


def _development_key() -> str:
    """A key kept beside the development database: restarts keep sessions and sealed fields."""
    INSTANCE.mkdir(exist_ok=True)
    path = INSTANCE / "secret-key"
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text()


def _number(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit()):
        raise SystemExit(f"eldercampus does not start:\n- {name}={value} is not a number")
    return int(value)


def from_environment() -> dict[str, Any]:
    """What create_app() takes. ELDERCAMPUS_ENV=production switches the safe settings on."""
    production = os.environ.get("ELDERCAMPUS_ENV") == "production"
    hosts = [
        host.strip() for host in os.environ.get("TRUSTED_HOSTS", "").split(",") if host.strip()
    ]
    key = os.environ.get("SECRET_KEY") or ("" if production else _development_key())
    return {
        "PRODUCTION": production,
        "DEMO": os.environ.get("DEMO") == "1",
        "SECRET_KEY": key,
        # identity numbers and round secrets are sealed with this key; it must outlive SECRET_KEY
        "SEALING_KEY": os.environ.get("SEALING_KEY") or ("" if production else key),
        "SQLALCHEMY_DATABASE_URI": os.environ.get("DATABASE_URL")
        or f"sqlite:///{INSTANCE / 'eldercampus.db'}",
        "TRUSTED_HOSTS": hosts or None,
        "MAX_CONTENT_LENGTH": _number("MAX_CONTENT_LENGTH", 8 * 1024 * 1024),
        "PUBLIC_URL": os.environ.get("PUBLIC_URL")
        or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}",
        "OUTBOX_FOLDER": os.environ.get("OUTBOX_FOLDER") or str(INSTANCE / "outbox"),
        # how many proxies stand before us: without one, what they say of the asker is not believed
        "PROXIES": _number("PROXIES", 0),
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_NAME": "__Host-eldercampus" if production else "eldercampus",
    }


def problems(settings: dict[str, Any]) -> list[str]:
    """Why these settings may not serve the public; empty where they may."""
    if not settings.get("PRODUCTION"):
        return []
    found = [
        f"{name} is missing or shorter than 32 characters"
        for name in ("SECRET_KEY", "SEALING_KEY")
        if len(settings.get(name) or "") < 32
    ]
    if settings.get("SECRET_KEY") and settings["SECRET_KEY"] == settings.get("SEALING_KEY"):
        found.append("SEALING_KEY is the same as SECRET_KEY: it must outlive it")
    if not str(settings.get("PUBLIC_URL")).startswith("https://"):
        found.append("PUBLIC_URL does not begin with https://: it stands in messages")
    if settings.get("DEMO"):
        found.append("DEMO=1 is for demonstrations only")
    if settings.get("DEBUG"):
        found.append("debug mode is on")
    if not settings.get("TRUSTED_HOSTS"):
        found.append("TRUSTED_HOSTS is empty: name the hosts that people type, with commas between")
    if not settings.get("MAX_CONTENT_LENGTH"):
        found.append("MAX_CONTENT_LENGTH is empty")
    return found
