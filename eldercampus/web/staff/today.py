"""/staff: what is to be done today."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from eldercampus import clock
from eldercampus.enrolment.application_queries import find_round_of_interest
from eldercampus.enrolment.desk import count_offers_ending, list_lessons_on, list_overdue_results
from eldercampus.people.queries import count_claimed_tags, count_open_pairs
from eldercampus.people.relation_queries import count_open_requests
from eldercampus.tasks.queries import count_tasks_under_way
from eldercampus.web.access import allow
from eldercampus.web.staff.approvals import count_to_decide

pages = Blueprint("staff", __name__)


@pages.get("/staff")
@allow("staff.see")
def today() -> ResponseReturnValue:
    now = clock.now()
    campus_ids = None if g.scope.district else g.scope.campus_ids
    return render_template(
        "staff/today.html",
        now=now,
        round=find_round_of_interest(),
        lessons=list_lessons_on(now.astimezone(clock.SHANGHAI).date(), campus_ids),
        offers_ending=count_offers_ending(now, campus_ids),
        open_pairs=count_open_pairs(),
        claimed_tags=count_claimed_tags(),
        relatives=count_open_requests(),
        tasks=count_tasks_under_way(),
        approvals=count_to_decide(),
        overdue=list_overdue_results(now),
    )
