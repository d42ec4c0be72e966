"""Replays for complaints: one fact put right in a copy, the draw done over, nothing changed."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.catalogue.models import Section
from eldercampus.catalogue.queries import list_sections
from eldercampus.db import transaction
from eldercampus.enrolment.correcting import HOME, Fact, next_stages
from eldercampus.enrolment.models import Round
from eldercampus.enrolment.replay_queries import (
    Replay,
    get_replay,
    list_replays_of_round,
    list_waiting_replays,
)
from eldercampus.enrolment.replaying import ask_replay, correctable
from eldercampus.enrolment.round_queries import get_round
from eldercampus.errors import DomainError
from eldercampus.language import in_english, name_of
from eldercampus.language.reasons import joined
from eldercampus.language.replays import correction_words, fact_of, replay_words, ways_words
from eldercampus.people.queries import get_person
from eldercampus.places.queries import get_community, list_communities
from eldercampus.web.access import allow, require_account
from eldercampus.web.forms import (
    Form,
    LongTextField,
    RadioField,
    Required,
    SelectField,
    SubmitField,
)

pages = Blueprint("staff_replays", __name__, url_prefix="/staff")


class ReplayForm(Form):
    fact = RadioField(
        _l("What has to be put right?"),
        hint=_l("One thing at a time, so that it is plain what made the difference."),
        validators=[Required(_l("Please choose what has to be put right."))],
    )
    community = SelectField(_l("If it is the home: where did the person live?"), empty=_l("Choose"))
    reason = LongTextField(
        _l("What is the complaint, and what did you see?"),
        hint=_l("It is kept with the replay. Auditors read it."),
        validators=[Required(_l("Please write the reason. Others should understand it later."))],
        most=500,
    )
    send = SubmitField(_l("Draw once more, on a copy"))


@pages.route("/persons/<int:person_id>/rounds/<code>/replay", methods=["GET", "POST"])
@allow("replay.ask")
def ask(person_id: int, code: str) -> ResponseReturnValue:
    person, round_ = get_person(person_id), get_round(code)
    try:
        facts = correctable(round_, person_id).facts
    except DomainError:
        abort(404)
    form = _form(facts, _sections(round_))
    if form.validate_on_submit():
        try:
            with transaction():
                task_id = _ask(form, round_.id, person_id)
            return redirect(url_for("staff_tasks.show", task_id=task_id), 303)
        except DomainError as error:
            form.refuse(error, _FIELDS.get(error.code, "fact"))
            person, round_ = get_person(person_id), get_round(code)
    return render_template("staff/replay_ask.html", form=form, person=person, round=round_)


_FIELDS = {"community_missing": "community", "reason_missing": "reason"}


def _ask(form: ReplayForm, round_id: int, person_id: int) -> int:
    task = ask_replay(
        round_id,
        person_id,
        form.fact.data,
        community_id=int(form.community.data) if form.community.data else None,
        reason=form.reason.data,
        account_id=require_account().id,
        now=clock.now(),
    )
    return task.id


def _form(facts: list[Fact], sections: dict[str, Section]) -> ReplayForm:
    form = ReplayForm()
    form.fact.choices = [(fact.name, correction_words(fact, sections)) for fact in facts]
    towns: dict[str, list[tuple[str, str]]] = {}
    for community in list_communities():
        found = towns.setdefault(name_of(community.town), [])
        found.append((str(community.id), name_of(community)))
    form.community.choices = towns
    return form


def _sections(round_: Round) -> dict[str, Section]:
    return {section.code: section for section in list_sections(round_.term_id)}


@pages.get("/replays/<int:run_id>")
@allow("replay.see")
def show(run_id: int) -> ResponseReturnValue:
    replay = get_replay(run_id)
    round_, facts, sections = replay.round, replay.run.facts, _sections(replay.round)
    campuses = {one.campus.code: one.campus for one in sections.values()}
    ways = ways_words(facts, round_.rules)
    tags = (facts["tags"], facts["after"].get("tags", facts["tags"]))
    return render_template(
        "staff/replay.html",
        replay=replay,
        corrected=_words(replay, sections),
        ways=[(name_of(campuses.get(code)) or code, *words) for code, *words in ways],
        choices=replay_words(
            replay.run.summary["choices"], round_, sections, tags, next_stages(round_.term_id)
        ),
        changed=_classes(replay.run.summary, sections),
        joined=joined,
    )


def _words(replay: Replay, sections: dict[str, Section]) -> str:
    facts, place = replay.run.facts, ""
    if facts["fact"] == HOME:
        community = get_community(facts["community_id"])
        between = ", " if in_english() else ""
        place = f"{name_of(community.town)}{between}{name_of(community)}"
    return correction_words(fact_of(facts), sections, place)


def _classes(summary: dict[str, Any], sections: dict[str, Section]) -> dict[str, list[str]]:
    """Names of the classes that would have been held or not held."""
    return {
        word: [f"{name_of(sections[code].course)} {code}" for code in summary[word]]
        for word in ("opened", "shut")
    }


@pages.get("/rounds/<code>/replays")
@allow("replay.see")
def index(code: str) -> ResponseReturnValue:
    round_ = get_round(code)
    sections, replays = _sections(round_), list_replays_of_round(round_.id)
    return render_template(
        "staff/replays.html",
        round=round_,
        rows=[(one, _words(one, sections)) for one in replays],
        waiting=list_waiting_replays(round_.id),
    )
