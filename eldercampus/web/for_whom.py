"""For whom a page is, and the mark of it in each of the page's forms.

Two windows of one browser share what was chosen. So a form carries for whom its page was shown, and
what it asks for never happens to somebody who was chosen elsewhere since.
"""

from flask import Flask, g, request
from markupsafe import Markup

from eldercampus import clock
from eldercampus.people.models import Person, Representation
from eldercampus.people.queries import list_representations_of
from eldercampus.web import browser_session
from eldercampus.web.access import require_account, signed_in
from eldercampus.web.kept_forms import WHOM


def init_for_whom(app: Flask) -> None:
    app.jinja_env.globals["whom_mark"] = mark


def represented() -> list[Representation]:
    """Whom the account stands for today, with .person, community and town; read once a request.
    Without a code it stands for the one person with the receipt number."""
    if "represented" not in g:
        today, mine = clock.now().astimezone(clock.SHANGHAI).date(), require_account()
        rows = list_representations_of(mine.id, today)
        alone = browser_session.only_apply()
        g.represented = [row for row in rows if not alone or row.person_id == mine.person_id]
    found: list[Representation] = g.represented
    return found


def find_representation() -> Representation | None:
    """Of the one that was chosen, or of the only one; None while one of several has to be chosen,
    while nobody is entered, and while nobody is signed in."""
    if signed_in() is None:
        return None
    rows = represented()
    chosen = browser_session.browser_session()
    wanted = chosen.person_id if chosen else None
    row = next((one for one in rows if one.person_id == wanted), None)
    return rows[0] if row is None and len(rows) == 1 else row


def is_by_slip(row: Representation) -> bool:
    """Taken up with receipt number and birth date: good for the application, until a clerk has read
    out a code."""
    return row.kind == "self" and not row.may_see


def show_for(row: Representation) -> Person:
    """This page is about them: it says so (pieces/whom.html), and its forms carry it."""
    g.person, g.representation = row.person, row
    return row.person


def mark() -> Markup:
    """The hidden field of a form; nothing on a page that is about nobody."""
    row: Representation | None = g.get("representation")
    if row is None:
        return Markup()
    return Markup('<input type="hidden" name="{}" value="{}">').format(WHOM, row.person_id)


def was_shown_for(person: Person) -> bool:
    """Whether the form that was sent stood on a page about this person. One without a mark, from a
    page about nobody, counts where there is nobody else."""
    shown = request.form.get(WHOM)
    return len(represented()) == 1 if shown is None else shown == str(person.id)
