"""The boxes for classes on a screen of the counter: what was typed, what it means, where to go on.

The Enter key looks things up: it leads to the next empty box, and with nothing new typed to the
question that is open, then to the button.
"""

from collections.abc import Sequence

from flask_babel import gettext as _

from eldercampus.catalogue.models import Section
from eldercampus.enrolment.choosing import Draft
from eldercampus.enrolment.entry import find_by_code
from eldercampus.enrolment.models import Round
from eldercampus.errors import DomainError
from eldercampus.language import name_of
from eldercampus.language.hours import weekly_words
from eldercampus.people.models import Person
from eldercampus.web.staff.counter_forms import WishesForm
from eldercampus.web.wishes import ranked_choices, wants_words


def prepare_boxes(form: WishesForm, round_: Round) -> None:
    """As many boxes and courses as the round's rules have."""
    form.most = min(form.most, int(round_.rules["choices_max"]))
    most = int(round_.rules["courses_per_term"])
    form.wants.choices = [(str(number), wants_words(number)) for number in range(1, most + 1)]


def read_codes(form: WishesForm, term_id: int) -> list[int]:
    """The section ids typed, best first; marks what is no class of the term."""
    typed = [field for field in form.choices() if field.data]
    known = find_by_code(term_id, [field.data for field in typed])
    section_ids = []
    for field in typed:
        if field.data in known:
            section_id, code = known[field.data]
            field.write(code)
            section_ids.append(section_id)
        else:
            form.refuse(DomainError("unknown_code", code=field.data), field.name)
    return section_ids


def read_draft(form: WishesForm, term_id: int) -> Draft | None:
    """What is to be handed in; None where it was only looked up (blanks are no fault then), and
    where something is missing or wrong: the form says what. With one class alone there is no
    question how many courses."""
    sending = bool(form.send.data)
    if not sending:
        form.forgive_blanks()
    section_ids = read_codes(form, term_id)
    if sending and len(section_ids) > 1 and form.wants.data is None:
        form.refuse(_("Please choose how many courses."), "wants")
    if form.is_troubled or not sending:
        return None
    return {
        "wants": int(form.wants.data or 1),
        "choices": section_ids,
        "accept_automatically": bool(form.accept.data),
    }


def show_classes(form: WishesForm, round_: Round, person: Person) -> None:
    """Writes what each code means below its box, with what is worth knowing before going on.
    person: also one that is not entered yet."""
    boxes = [field for field in form.choices() if field.data]
    known = find_by_code(round_.term_id, [field.data for field in boxes])
    boxes = [field for field in boxes if field.data in known]
    meant = ranked_choices(round_, person, [known[field.data][0] for field in boxes])
    for field, choice in zip(boxes, meant, strict=True):
        field.found = choice


def go_on(form: WishesForm) -> None:
    """Where the typing goes on after a look."""
    codes = [field.data for field in form.choices() if field.data]
    before, form.looked.data = form.looked.data, " ".join(codes)
    empty = next((field for field in form.choices() if not field.data), None)
    if empty is not None and (not codes or before != form.looked.data):
        form.go_to(empty.name)
    else:
        open_ = (name for name in form.asked if form[name].data is None)
        form.go_to(next((name for name in open_ if name != "wants" or len(codes) > 1), "send"))


def class_words(section: Section) -> str:
    """One line: course, campus, hours."""
    parts = [name_of(section.course), name_of(section.campus), weekly_words(section.meetings)]
    return _(", ").join(parts)


def proposals(classes: Sequence[Section]) -> list[tuple[str, str]]:
    """(code, words) of each class, for the page's datalist."""
    return [(section.code, class_words(section)) for section in classes]
