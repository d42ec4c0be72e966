"""/staff/clock: what the jobs did; in a demonstration the clock can be moved on."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from eldercampus import clock
from eldercampus.audit.chain import record
from eldercampus.db import transaction
from eldercampus.enrolment.coming import list_coming
from eldercampus.places.queries import get_district
from eldercampus.tasks.queries import last_tick, list_job_runs, list_recent_tasks
from eldercampus.web.access import allow, signed_in

pages = Blueprint("staff_clock", __name__)

_SILENT = timedelta(seconds=60)


@pages.get("/staff/clock")
@allow("clock.see")
def index() -> ResponseReturnValue:
    now, tick = clock.now(), last_tick()
    return render_template(
        "staff/clock.html",
        now=now,
        coming=list_coming(now)[:8],
        runs=list_job_runs(),
        tasks=list_recent_tasks(8),
        silent=tick is None or datetime.now(UTC) - tick > _SILENT,
    )


@pages.post("/staff/clock")
@allow("clock.move")
def move() -> ResponseReturnValue:
    """Sets the demonstration's clock to the next event, or to the next morning."""
    if not current_app.config["DEMO"]:
        abort(404)
    now, account = clock.now(), signed_in()
    coming = list_coming(now)
    morning = datetime.combine(
        now.astimezone(clock.SHANGHAI).date() + timedelta(days=1), clock.MORNING, clock.SHANGHAI
    )
    target = min([morning, *(event.at for event in coming[:1])])
    with transaction():
        get_district().clock_shift_s += int((target - now).total_seconds()) + 1
        record("demo.clock", "demo", now=now, account_id=account.id if account else None)
    return redirect(url_for("staff_clock.index"), 303)
