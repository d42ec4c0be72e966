"""/whom/add: entering oneself or somebody one helps. Whom a clerk entered: ask.py."""

from datetime import date, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eldercampus import clock
from eldercampus.catalogue.calendar import day_of
from eldercampus.catalogue.rules import rules_in_force
from eldercampus.enrolment.application_queries import find_open_round
from eldercampus.errors import DomainError
from eldercampus.language import name_of
from eldercampus.people.asking import Terms, ask_relation, check_asker
from eldercampus.people.eligibility import age_on, lowest_age
from eldercampus.people.models import Person
from eldercampus.people.registering import (
    check_birth,
    check_identity,
    check_news,
    register_person,
)
from eldercampus.people.representing import ASKED, represent
from eldercampus.places.queries import get_community, list_communities, list_towns
from eldercampus.web import browser_session
from eldercampus.web.access import allow, require_account
from eldercampus.web.learner import person_draft
from eldercampus.web.learner.person_draft import Draft
from eldercampus.web.learner.person_forms import (
    HomeForm,
    ReachForm,
    TagsForm,
    WhoForm,
)
from eldercampus.web.learner.whom import onward
from eldercampus.web.once import led_to, once
from eldercampus.web.round_dates import certificates_by

pages = Blueprint("add_person", __name__)

# page → an answer that stands in the draft once it was sent
_STEPS = {"who": "name", "home": "community_id", "reach": "news"}


def _to(step: str) -> Response:
    return redirect(url_for(f"add_person.{step}", next=onward()), 303)


def _draft_before(step: str) -> Draft:
    """The draft, with every page before `step` answered; leads there otherwise.

    Nothing is taken from a page that was shown for somebody else, or for whom is entered by now.
    """
    draft = person_draft.read_draft()
    if not draft:
        flash(
            _(
                "Nobody is being entered just now, so nothing of that page was kept. "
                "Whoever is entered already stands below."
            ),
            "mind",
        )
        abort(redirect(url_for("whom.choose", next=onward()), 303))
    if request.method == "POST" and request.form.get("draft") != draft["draft"]:
        flash(
            _(
                "In another window you began to enter somebody else. What you just sent was not "
                "kept. Please finish with the one below first."
            ),
            "mind",
        )
        abort(_to("who"))
    for page, answer in _STEPS.items():
        if page == step:
            break
        if answer not in draft:
            abort(_to(page))
    return draft


@pages.route("/whom/add", methods=["GET", "POST"])
@allow("own.enter")
def who() -> ResponseReturnValue:
    draft = person_draft.read_draft()
    form = WhoForm(data={**draft, "born": person_draft.born_on(draft)})
    if form.validate_on_submit() and _who_is_right(form):
        person_draft.begin_draft(
            kind=form.kind.data,
            relation=form.relation.data or "",
            name=form.name.data,
            sex=form.sex.data,
            born=form.born.data.isoformat(),
            id_number=form.id_number.data,
        )
        return _to("home")
    return render_template("whom/who.html", form=form, onward=onward())


def _who_is_right(form: WhoForm) -> bool:
    if form.kind.data == "relative" and not form.relation.data:
        form.refuse(_("Please choose who you are to them."), "relation")
        return False
    try:
        check_birth(form.born.data, clock.now())
    except DomainError as error:
        form.refuse(error, "born.year")
        return False
    try:
        if form.id_number.data:
            check_identity(form.id_number.data, form.born.data, form.sex.data)
    except DomainError as error:
        form.refuse(error, "id_number")
        return False
    return True


@pages.route("/whom/add/home", methods=["GET", "POST"])
@allow("own.enter")
def home() -> ResponseReturnValue:
    draft = _draft_before("home")
    kept = {**draft, "town": draft.get("town_id"), "community": draft.get("community_id")}
    form = HomeForm(data=kept)
    form.town.choices = [(str(town.id), name_of(town)) for town in list_towns()]
    town_id = form.town.data if str(form.town.data) in form.town.values() else None
    if town_id:
        rows = list_communities(int(town_id))
        form.community.choices = [(str(one.id), name_of(one)) for one in rows]
    if form.is_submitted() and form.show.data:
        form.community.data = None
    elif form.validate_on_submit():
        if form.community.data:
            person_draft.keep_draft(
                town_id=int(form.town.data),
                community_id=int(form.community.data),
                address=form.address.data,
            )
            return _to("reach")
        form.refuse(DomainError("unknown_community"), "community" if town_id else "town")
    return render_template(
        "whom/home.html", form=form, onward=onward(), town_chosen=town_id, other=_other(draft)
    )


@pages.route("/whom/add/reach", methods=["GET", "POST"])
@allow("own.enter")
def reach() -> ResponseReturnValue:
    draft = _draft_before("reach")
    own_phone = require_account().phone if draft["kind"] == "self" else None
    form = ReachForm(data={"phone": own_phone, "language": "zh", "news": "sms", **draft})
    if other := _other(draft):
        form.news.label.text = _("How shall we tell %(name)s the results?", name=other)
    if form.validate_on_submit() and _reach_is_right(form):
        answers = ("news", "phone", "emergency_name", "emergency_relation", "emergency_phone")
        kept = {name: form[name].data for name in (*answers, "language")}
        person_draft.keep_draft(**kept)
        return _to("check")
    return render_template("whom/reach.html", form=form, onward=onward(), other=other)


def _other(draft: Draft) -> str:
    """The name of who is entered, where that is not who fills it in."""
    return draft["name"] if draft["kind"] == "relative" else ""


def _reach_is_right(form: ReachForm) -> bool:
    try:
        check_news(form.news.data, form.phone.data)
    except DomainError as error:
        form.refuse(error, "phone")
        return False
    return True


@pages.route("/whom/add/check", methods=["GET", "POST"])
@allow("own.enter")
def check() -> ResponseReturnValue:
    if request.method == "POST" and (to := _entered_before()):
        return redirect(to, 303)
    draft = _draft_before("check")
    form = TagsForm(data={"signer": require_account().name or None, "draft": draft["draft"]})
    if round_ := find_open_round(clock.now()):
        form.tags.description = certificates_by(round_)
    if form.validate_on_submit() and _consent_is_right(form, draft):
        try:
            to = _register(form, draft)
        except DomainError as error:
            form.refuse(error)
        else:
            person_draft.forget_draft()
            return redirect(to, 303)
    community = get_community(draft["community_id"])
    return render_template(
        "whom/check.html",
        form=form,
        onward=onward(),
        draft=draft,
        other=_other(draft),
        born_on=person_draft.born_on(draft),
        community=community,
        lowest_age=_lowest_age(draft),
    )


def _lowest_age(draft: Draft) -> int | None:
    """Where the person is too young for most classes today: the age that the rules ask for."""
    today = day_of(clock.now())
    lowest = lowest_age(draft["sex"], rules_in_force(today))
    return lowest if age_on(date.fromisoformat(draft["born"]), today) < lowest else None


def _consent_is_right(form: TagsForm, draft: Draft) -> bool:
    if (draft.get("id_number") or form.tags.data) and not form.sensitive.data:
        form.refuse(
            _("Please tick this too, or leave out the identity number and the certificates."),
            "sensitive",
        )
    if draft["kind"] == "relative":
        _look_at_signer(form)
    return not form.is_troubled


def _look_at_signer(form: TagsForm) -> None:
    if not form.signer.data:
        form.refuse(_("Please write your own name."), "signer")
        return
    try:
        check_asker(form.signer.data)
    except DomainError as error:
        form.refuse(error, "signer")


def _entered_before() -> str | None:
    """Where the page led when it was sent before; whom it was about is not entered again."""
    form = TagsForm()
    to = led_to(str(form.key.data), require_account().id)
    if to and form.draft.data == person_draft.read_draft().get("draft"):
        person_draft.forget_draft()
    return to


def _register(form: TagsForm, draft: Draft) -> str:
    """The person, and that the account acts for them; a second sending changes nothing."""
    mine, now = require_account(), clock.now()
    details = person_draft.details(
        draft,
        tags=form.tags.data,
        signer=form.signer.data or draft["name"],
        sensitive=form.sensitive.data,
        account_phone=mine.phone or "",
    )

    def deed() -> str:
        person = register_person(details, channel="web", account_id=mine.id, now=now)
        browser_session.choose(person.id)
        if draft["kind"] == "self":
            represent(mine.id, person.id, kind="self", now=now)
            return onward()
        return _act_and_ask(person, draft, form.signer.data, now)

    return once(str(form.key.data), mine.id, now, deed)


def _act_and_ask(person: Person, draft: Draft, asker: str, now: datetime) -> str:
    """A relative may apply at once for whom they entered; the rest is asked for. The page that says
    what the person has to do."""
    mine, relation = require_account(), draft["relation"]
    represent(
        mine.id,
        person.id,
        kind="relative",
        relation=relation,
        scope=("apply",),
        given_how=ASKED,
        now=now,
    )
    request_ = ask_relation(
        mine.id, person.id, Terms(relation), named=person.name, asker=asker, now=now
    )
    return url_for("family.asked", asked_id=request_.id, next=onward())
