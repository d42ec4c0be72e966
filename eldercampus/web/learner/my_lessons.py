"""/my/lessons: every lesson with its date, to look up and to print."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from eldercampus import clock
from eldercampus.classroom.lessons import list_lessons
from eldercampus.web.access import allow
from eldercampus.web.learner.whom import current_person

pages = Blueprint("my_lessons", __name__)


@pages.get("/my/lessons")
@allow("own.see")
def index() -> ResponseReturnValue:
    person, today = current_person("see"), clock.now().astimezone(clock.SHANGHAI).date()
    lessons = list_lessons(person.id, today)
    return render_template(
        "learner/my_lessons.html",
        lessons=lessons,
        classes=list({one.section_id: one for one in reversed(lessons)}.values())[::-1],
        today=today,
        next=next((one for one in lessons if one.taken_place and one.held_on >= today), None),
    )
