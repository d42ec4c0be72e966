"""/calendar/TOKEN.ics: the lessons of one person for the calendar of their telephone (RFC 5545).

No sign-in: the token is the right. No name of anybody but the teacher stands in it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from icalendar import Calendar, Event

from eldercampus import clock
from eldercampus.catalogue.calendar import day_of
from eldercampus.classroom.lessons import OwnLesson, list_calendar
from eldercampus.language import name_of
from eldercampus.language.words import listed
from eldercampus.people.calendar_feeds import find_feed_owner
from eldercampus.web.access import allow
from eldercampus.web.context import current_school

pages = Blueprint("lesson_calendar", __name__)

_LOOKED_AT = timedelta(hours=6)  # how often telephones are asked to look
_KEPT = timedelta(days=180)  # so long after its end a term still stands in calendars


@pages.get("/calendar/<token>.ics")
@allow("calendar.read_by_link")
def show(token: str) -> ResponseReturnValue:
    now = clock.now()
    person = find_feed_owner(token, day_of(now))
    if person is None:
        abort(404)
    lessons = list_calendar(person.id, (now.astimezone(clock.SHANGHAI) - _KEPT).date())
    with force_locale(person.language):
        content = calendar_file(lessons, name_of(current_school()), now)
    return Response(content, mimetype="text/calendar")


def calendar_file(lessons: Iterable[OwnLesson], school: str, now: datetime) -> bytes:
    """One VEVENT a lesson, in the current language; the hours are those of Shanghai."""
    calendar = Calendar()
    calendar.add("prodid", "-//eldercampus//lessons//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", school)
    calendar.add("x-wr-timezone", str(clock.SHANGHAI))
    calendar.add("refresh-interval", _LOOKED_AT, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for lesson in lessons:
        calendar.add_component(_event(lesson, now))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _event(lesson: OwnLesson, now: datetime) -> Event:
    course = name_of(lesson.course)
    event = Event()
    event.add("uid", lesson.uid)
    event.add("sequence", lesson.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", lesson.starts_at)
    event.add("dtend", lesson.ends_at)
    held = lesson.taken_place
    event.add("status", "CONFIRMED" if held else "CANCELLED")
    event.add("summary", course if held else _("Not held: %(course)s", course=course))
    event.add("location", _where(lesson))
    event.add("description", "\n".join(_lines(lesson)))
    return event


def _where(lesson: OwnLesson) -> str:
    room = name_of(lesson.room)
    if room[:1].isdigit():
        room = _("room %(room)s", room=room)
    return listed(part for part in (name_of(lesson.campus), room, name_of(lesson.address)) if part)


def _lines(lesson: OwnLesson) -> Iterable[str]:
    yield _("Lesson %(number)d", number=lesson.number)
    if lesson.teacher:
        yield _("Teacher: %(name)s", name=name_of(lesson.teacher))
    if lesson.note:
        yield lesson.note
    yield _("Ring us: %(phone)s", phone=lesson.phone)
