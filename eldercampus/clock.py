"""What time it is. Views, jobs and commands ask here once and pass `now` on."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, g, has_request_context
from sqlalchemy import select

from eldercampus.db import db
from eldercampus.places.models import District

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = time(9, 5)


def now() -> datetime:
    """The present, aware, in UTC; a demonstration may run ahead (District.clock_shift_s)."""
    real = datetime.now(UTC)
    return real + timedelta(seconds=_shift()) if current_app.config["DEMO"] else real


def _shift() -> int:
    """Seconds; asked for once a request."""
    if has_request_context() and "clock_shift" in g:
        return int(g.clock_shift)
    shift = db.session.scalar(select(District.clock_shift_s)) or 0
    if has_request_context():
        g.clock_shift = shift
    return shift


def wall_now() -> datetime:
    """The real time, for what lives outside the demonstration: sessions, codes, authenticators."""
    return datetime.now(UTC)
