"""/whom/claim and /whom/ask: persons who are entered already. Oneself by the slip from a counter;
somebody one helps by asking, where the answer is the same whether we know such a person or not."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.claiming import claim_person
from eldercampus.enrolment.receipts import find_person_by_slip
from eldercampus.errors import DomainError
from eldercampus.people.asking import Terms, ask_relation, find_asked_for, may_ask
from eldercampus.people.representing import SCOPES
from eldercampus.web import browser_session
from eldercampus.web.access import allow, require_account
from eldercampus.web.learner.person_forms import ClaimForm
from eldercampus.web.learner.relation_forms import AskForm, TermsForm
from eldercampus.web.learner.whom import onward
from eldercampus.web.once import led_to, once
from eldercampus.web.sealed_cookie import forget_sealed, keep_sealed, read_sealed

pages = Blueprint("ask", __name__)

_KEY = "asking"  # the name in the cookie


@pages.route("/whom/claim", methods=["GET", "POST"])
@allow("own.enter")
def claim() -> ResponseReturnValue:
    form = ClaimForm()
    if form.validate_on_submit():
        if form.kind.data == "relative":
            return _to_terms(form.receipt.data, receipt=form.receipt.data, born=form.born.data)
        if (refusal := _claim(form)) is None:
            return redirect(onward(), 303)
        form.refuse(refusal)
    return render_template("whom/claim.html", form=form, onward=onward())


def _claim(form: ClaimForm) -> DomainError | None:
    with transaction():
        found = claim_person(
            form.receipt.data,
            form.born.data,
            account_id=require_account().id,
            address=request.remote_addr or "",
            now=clock.now(),
        )
        if isinstance(found, DomainError):
            return found
        browser_session.choose(found)
    return None


@pages.route("/whom/ask", methods=["GET", "POST"])
@allow("own.enter")
def whom() -> ResponseReturnValue:
    form = AskForm()
    if form.validate_on_submit():
        return _to_terms(
            form.name.data, name=form.name.data, born=form.born.data, phone=form.phone.data
        )
    return render_template("whom/ask.html", form=form, onward=onward())


def _to_terms(named: str, *, born: date, **answers: str) -> Response:
    keep_sealed(_KEY, {"named": named, "born": born.isoformat(), **answers})
    return redirect(url_for("ask.terms", next=onward()), 303)


@pages.route("/whom/ask/terms", methods=["GET", "POST"])
@allow("own.enter")
def terms() -> ResponseReturnValue:
    """Who asks, for what, until when; then whoever it is has to say yes."""
    form, mine = TermsForm(data={"scope": list(SCOPES)}), require_account()
    if request.method == "POST" and (to := led_to(str(form.key.data), mine.id)):
        return redirect(to, 303)
    asked = read_sealed(_KEY)
    if not asked:
        return redirect(url_for("ask.whom", next=onward()), 303)
    if form.validate_on_submit():
        outcome = _ask(form, asked)
        if isinstance(outcome, str):
            forget_sealed(_KEY)
            return redirect(outcome, 303)
        form.refuse(outcome, _AT.get(outcome.code))
    return render_template("whom/terms.html", form=form, named=asked["named"], onward=onward())


_AT = {"scope_missing": "scope", "until_past": "until", "asker_odd": "asker"}


def _ask(form: TermsForm, asked: dict[str, Any]) -> str | DomainError:
    """The page of the request. What counts tries is kept also when the answer is no."""
    mine, now = require_account(), clock.now()
    with transaction():
        if not may_ask(mine.id, request.remote_addr or "", now):
            return DomainError("too_many_tries")
    wish = Terms(form.relation.data, tuple(form.scope.data), form.until.data)

    def deed() -> str:
        row = ask_relation(
            mine.id, _find(asked), wish, named=asked["named"], asker=form.asker.data, now=now
        )
        return url_for("family.asked", asked_id=row.id, next=onward())

    try:
        to = once(str(form.key.data), mine.id, now, deed)
    except DomainError as error:
        return error
    flash(_("You have asked. Now it needs a yes."))
    return to


def _find(asked: dict[str, Any]) -> int | None:
    born_on = date.fromisoformat(asked["born"])
    if "receipt" in asked:
        return find_person_by_slip(asked["receipt"], born_on)
    return find_asked_for(asked["name"], born_on, asked["phone"])
