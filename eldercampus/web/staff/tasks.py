"""/staff/tasks/N: how far long work has come. The page is reloaded by hand."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from eldercampus.enrolment.round_queries import get_round_by_id
from eldercampus.errors import NotFound
from eldercampus.language import failure_words
from eldercampus.tasks.queries import get_task
from eldercampus.web.access import allow

pages = Blueprint("staff_tasks", __name__)


@pages.get("/staff/tasks/<int:task_id>")
@allow("round.see")
def show(task_id: int) -> ResponseReturnValue:
    try:
        task = get_task(task_id)
    except NotFound:
        abort(404)
    round_id = task.args.get("round_id")
    round_ = get_round_by_id(round_id) if round_id is not None else None
    why = failure_words(task.error)
    return render_template("staff/task.html", task=task, round=round_, why=why)
