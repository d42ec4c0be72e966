"""/my/history: earlier terms, applications and seats, and what others did in the person's name."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from eldercampus.enrolment.history import Deed, list_deeds, list_past_terms
from eldercampus.language import name_of
from eldercampus.language.relations import deed_words, who_words
from eldercampus.web.access import allow
from eldercampus.web.learner.whom import current_person

pages = Blueprint("my_history", __name__)


@pages.get("/my/history")
@allow("own.see")
def index() -> ResponseReturnValue:
    person = current_person("see")
    return render_template(
        "learner/my_history.html",
        terms=list_past_terms(person.id),
        deeds=list_deeds(person.id),
        deed_told=_deed_told,
    )


def _deed_told(deed: Deed) -> tuple[str, str]:
    """Who, and what."""
    about = name_of(deed)
    said = deed_words(deed.act, {"round": about, "section": about})
    return who_words(deed.relation, deed.phone), said
