"""Labels and sentences of catalogue (see the package's docstring)."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LABELS: dict[str, LazyString] = {
    "department.calligraphy": _l("Calligraphy"),
    "department.painting": _l("Painting"),
    "department.music": _l("Music and opera"),
    "department.dance": _l("Dance"),
    "department.fitness": _l("Exercise"),
    "department.health": _l("Health"),
    "department.digital": _l("Phones and computers"),
    "department.language": _l("Language and literature"),
    "department.life": _l("Everyday life"),
    "department.society": _l("Law and society"),
    "part.morning": _l("morning"),
    "part.afternoon": _l("afternoon"),
    "part.evening": _l("evening"),
    "stage.1": _l("First stage, for beginners"),
    "stage.2": _l("Second stage"),
    "stage.3": _l("Third stage and further"),
    "mode.in_person": _l("in person"),
    "mode.online": _l("online"),
    "mode.hybrid": _l("in person and online"),
    "section.planned": _l("being planned"),
    "section.open": _l("held as planned"),
    "section.closed": _l("not held"),
    "session.planned": _l("held as planned"),
    "session.cancelled": _l("this lesson is cancelled"),
    "fill.reserved_first": _l("reserved seats first, then the open ones"),
    "fill.open_first": _l("open seats first, then the reserved ones"),
    "unfilled.release": _l("they go to everybody"),
    "unfilled.keep": _l("they stay empty"),
    "reserve.disability": _l("people with a disability"),
    "reserve.low_income": _l("people with a low income"),
    "reserve.new": _l("people who are new here"),
    "reserve.town": _l("people who live in this town"),
    "calendar.holiday": _l("holiday"),
    "calendar.workday": _l("weekend day that is worked"),
    "calendar.ordinary": _l("as its weekday says"),
    "scope.district": _l("the whole district"),
    "scope.term": _l("one term"),
    "scope.campus": _l("one campus"),
    "rule.age_women": _l("Youngest age, women"),
    "rule.age_men": _l("Youngest age, men"),
    "rule.age_undertaking": _l("Age from which a safety undertaking is needed"),
    "rule.courses_per_term": _l("Courses in a term, at most"),
    "rule.choices_max": _l("Choices on an application, at most"),
    "rule.draw_rounds": _l("Rounds of the draw"),
    "rule.proximity": _l("How distance counts"),
    "rule.bands_m": _l("Limits of the distance bands"),
    "rule.misses": _l("Whether rounds without a seat are remembered"),
    "rule.beacon_patience_days": _l("Days until the replacement number from outside counts"),
    "rule.secret_patience_days": _l("Days until a draw whose envelope stays shut is void"),
    "rule.offer_hours": _l("Time to answer an offer, in working hours of 24 a day"),
    "rule.offer_hours_letter": _l("The same, for those who get letters"),
    "rule.confirm_working_days": _l("Working days to confirm a seat"),
    "rule.absences_in_a_row": _l("Lessons missed in a row before somebody looks into it"),
    "rule.attendance_percent": _l("Attendance needed to complete a course"),
    "rule.hours_per_credit": _l("Lesson hours for one credit"),
    "rule.message_from": _l("Messages go from"),
    "rule.message_until": _l("Messages go until"),
}

SENTENCES: dict[str, LazyString] = {
    "no_section": _l("There is no such class."),
    "no_course": _l("There is no such course."),
    "no_term": _l("There is no such term."),
    "no_rule": _l("There is no such rule."),
    "room_taken": _l(
        "The room is taken at this time: %(section)s %(course)s, %(hour)s. "
        "Please choose another room or another time."
    ),
    "teacher_taken": _l(
        "The teacher teaches at this time: %(section)s %(course)s at %(campus)s, %(hour)s. "
        "Please choose another teacher or another time."
    ),
    "capacity_above_room": _l(
        "The room has %(places)d places. There can be no more seats than that."
    ),
    "capacity_below_taken": _l(
        "%(taken)d seats are given or offered already, and nobody is dropped. "
        "Please write at least this number."
    ),
    "closed_with_learners": _l(
        "%(taken)d seats are given or offered already. "
        "Please find another class for these people first."
    ),
    "room_too_small": _l(
        "%(section)s %(course)s meets in this room and has %(capacity)d seats. "
        "Please change the class first, or leave the room as large."
    ),
    "room_missing": _l("Please choose a room. Only an online class needs none."),
    "room_elsewhere": _l(
        "This room belongs to another campus. Please choose a room of this campus."
    ),
    "no_meeting": _l("Please write at least one weekly hour."),
    "meetings_overlap": _l("Two of the weekly hours overlap. Please change one of them."),
    "meeting_unfinished": _l(
        "Please write the day, the beginning and the end of this weekly hour, "
        "or leave all three empty."
    ),
    "meeting_times": _l("A lesson ends after it begins, on the same day."),
    "reserve_twice": _l("The same people have reserved seats twice. Please put them in one line."),
    "reserve_unfinished": _l(
        "Please write for whom the seats are and how many, or leave both empty."
    ),
    "reserves_above_capacity": _l(
        "%(reserved)d seats are reserved, but the class has only %(capacity)d."
    ),
    "minimum_above_capacity": _l(
        "The class would never be held: it has %(capacity)d seats. Please write a smaller number."
    ),
    "section_term": _l("A class stays in its term."),
    "class_is_fixed": _l(
        "%(round)s: the list is fixed, and the draw rests on it. "
        "This can be changed again once the draw is published."
    ),
    "code_taken": _l('The code "%(taken)s" is taken already. Please write another one.'),
    "stages_in_a_circle": _l(
        "These courses would follow each other in a circle. Please choose another next course."
    ),
    "course_stage": _l("Stages are counted from 1."),
    "lesson_hours": _l("A lesson has 1 to 8 lesson hours."),
    "term_dates": _l("A term ends after it begins."),
    "last_joining": _l("The last day to join lies within the term."),
    "calendar_year": _l("The calendar goes from %(first)d to %(last)d."),
    "calendar_kind": _l("Please choose from the list what kind of day it is."),
    "rule_scope": _l("This rule cannot be set for this place or term alone."),
    "rule_in_the_past": _l(
        "A rule cannot begin in the past: what was decided stays as it was. Today is %(today)s."
    ),
    "rule_number": _l("Please write a number from %(low)d to %(high)d."),
    "rule_choice": _l("Please choose one from the list."),
    "rule_metres": _l(
        "Please write the limits in metres, rising, with blanks between: 1000 3000 6000 12000."
    ),
    "rule_time": _l("Please write the time like this: 08:00."),
    "rule_hours": _l("Messages begin in the morning and end in the afternoon or evening."),
}
