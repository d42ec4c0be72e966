"""/my/calendar: the address under which a telephone's calendar reads the lessons."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.catalogue.calendar import day_of
from eldercampus.classroom.lessons import list_lessons
from eldercampus.db import transaction
from eldercampus.people.calendar_feeds import end_feed, find_feed, make_feed
from eldercampus.web.access import allow
from eldercampus.web.learner.whom import account, current_person

pages = Blueprint("my_calendar", __name__)


@pages.get("/my/calendar")
@allow("own.see")
def index() -> ResponseReturnValue:
    person, today = current_person("see"), day_of(clock.now())
    feed = find_feed(person.id)
    address = url_for("lesson_calendar.show", token=feed.token) if feed else ""
    return render_template(
        "learner/my_calendar.html",
        feed=feed,
        address=current_app.config["PUBLIC_URL"] + address,
        empty=not list_lessons(person.id, today),
    )


@pages.post("/my/calendar")
@allow("own.answer")
def make() -> ResponseReturnValue:
    """An address, or another one in place of the first."""
    person = current_person("answer")
    with transaction():
        make_feed(person.id, now=clock.now(), account_id=account().id)
    flash(_("Here is the address. If there was one before, it opens nothing any more."))
    return redirect(url_for("my_calendar.index"), 303)


@pages.post("/my/calendar/end")
@allow("own.answer")
def end() -> ResponseReturnValue:
    person = current_person("answer")
    with transaction():
        end_feed(person.id, now=clock.now(), account_id=account().id)
    flash(_("The address opens nothing any more."))
    return redirect(url_for("my_calendar.index"), 303)
