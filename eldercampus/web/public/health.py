"""/healthz: the process answers. /readyz: the database answers; when the jobs ticked."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from eldercampus.db import db
from eldercampus.tasks.queries import last_tick
from eldercampus.web.access import allow

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@allow("public.see")
def healthz() -> ResponseReturnValue:
    return {"status": "ok"}


@pages.get("/readyz")
@allow("public.see")
def readyz() -> ResponseReturnValue:
    try:
        version = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        tick = last_tick()
    except SQLAlchemyError:
        return {"status": "no database"}, 503
    return {"status": "ok", "schema": version, "last_tick": tick.isoformat() if tick else None}
