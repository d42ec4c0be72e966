"""/staff/courses: what is taught; and the teachers."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.courses import (
    DEPARTMENTS,
    CourseDetails,
    change_course,
    create_course,
    create_teacher,
)
from eldercampus.catalogue.queries import (
    count_sections_by_course,
    get_course,
    list_courses,
    list_teachers,
)
from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.language import label, name_of
from eldercampus.web.access import allow, require_account
from eldercampus.web.forms import (
    Form,
    Length,
    LongTextField,
    NameField,
    NumberField,
    NumberRange,
    Required,
    SelectField,
    SubmitField,
    TextField,
    YesField,
)
from eldercampus.web.once import once

pages = Blueprint("staff_courses", __name__, url_prefix="/staff")

_FIELDS = {
    "code_taken": "code",
    "stages_in_a_circle": "next_course_id",
    "no_course": "next_course_id",
}


class CourseForm(Form):
    code = TextField(_l("Short code"), width=10, most=20, validators=[Required()])
    name = TextField(_l("Name in Chinese"), most=60, validators=[Required()])
    name_en = TextField(_l("Name in English"), most=120)
    department = SelectField(_l("Department"), empty=_l("Choose"), validators=[Required()])
    stage = NumberField(
        _l("Stage"),
        hint=_l("1 for beginners, then 2, 3"),
        width=2,
        validators=[Required(), NumberRange(least=1, most=9)],
    )
    next_course_id = SelectField(_l("The course that follows"), empty=_l("None"))
    newcomers = YesField(_l("Those who did not take the stage before may come too"))
    physical = YesField(_l("Physical exercise: a signed safety undertaking is needed"))
    lesson_hours = NumberField(
        _l("Lesson hours in one lesson"),
        width=2,
        validators=[Required(), NumberRange(least=1, most=8)],
    )
    description = LongTextField(_l("What it is about, in Chinese"), most=2000)
    description_en = LongTextField(_l("What it is about, in English"), most=2000)
    send = SubmitField(_l("Save the course"))


class TeacherForm(Form):
    name = NameField(_l("Name in Chinese"), most=40, validators=[Required(), Length(least=2)])
    name_latin = TextField(_l("Name in Latin letters"), most=80)
    send = SubmitField(_l("Enter the teacher"))


@pages.get("/courses")
@allow("catalogue.see")
def index() -> ResponseReturnValue:
    courses = list_courses()
    return render_template(
        "staff/courses.html",
        courses=courses,
        names={course.id: name_of(course) for course in courses},
        counts=count_sections_by_course(),
    )


@pages.route("/courses/new", methods=["GET", "POST"])
@allow("courses.edit")
def new() -> ResponseReturnValue:
    form = _course_form({"stage": 1, "lesson_hours": 2, "newcomers": True}, None)
    if form.validate_on_submit():
        now, mine = clock.now(), require_account().id

        def create() -> str:
            create_course(_details(form), account_id=mine, now=now)
            return url_for("staff_courses.index")

        try:
            to = once(form.key.data, mine, now, create)
        except DomainError as error:
            form.refuse(error, _FIELDS.get(error.code))
        else:
            flash(_("Saved."))
            return redirect(to, 303)
    return render_template("staff/course_form.html", form=form, course=None)


@pages.route("/courses/<int:course_id>", methods=["GET", "POST"])
@allow("courses.edit")
def edit(course_id: int) -> ResponseReturnValue:
    course = get_course(course_id)
    columns = CourseDetails.__dataclass_fields__
    form = _course_form({name: getattr(course, name) for name in columns}, course_id)
    if form.validate_on_submit():
        try:
            with transaction():
                change_course(
                    course_id, _details(form), account_id=require_account().id, now=clock.now()
                )
        except DomainError as error:
            form.refuse(error, _FIELDS.get(error.code))
        else:
            flash(_("Saved."))
            return redirect(url_for("staff_courses.index"), 303)
    return render_template("staff/course_form.html", form=form, course=get_course(course_id))


@pages.route("/teachers", methods=["GET", "POST"])
@allow("catalogue.edit")
def teachers() -> ResponseReturnValue:
    form = TeacherForm()
    if form.validate_on_submit():
        now, mine = clock.now(), require_account().id

        def create() -> str:
            create_teacher(form.name.data, form.name_latin.data or "", account_id=mine, now=now)
            return url_for("staff_courses.teachers")

        to = once(form.key.data, mine, now, create)
        flash(_("Saved."))
        return redirect(to, 303)
    return render_template("staff/teachers.html", form=form, teachers=list_teachers())


def _course_form(answers: dict[str, Any], course_id: int | None) -> CourseForm:
    form = CourseForm(data=answers)
    form.department.choices = [(code, label(f"department.{code}")) for code in DEPARTMENTS]
    form.next_course_id.choices = [
        (course.id, f"{course.code} {name_of(course)}")
        for course in list_courses()
        if course.id != course_id
    ]
    return form


def _details(form: CourseForm) -> CourseDetails:
    follows = form.next_course_id.data
    return CourseDetails(
        code=form.code.data,
        name=form.name.data,
        name_en=form.name_en.data or "",
        department=form.department.data,
        stage=form.stage.data,
        next_course_id=int(follows) if follows else None,
        newcomers=form.newcomers.data,
        physical=form.physical.data,
        lesson_hours=form.lesson_hours.data,
        description=form.description.data or "",
        description_en=form.description_en.data or "",
    )
