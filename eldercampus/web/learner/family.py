"""/my/family: who acts for me, for whom I act; what is asked for, given, changed and ended."""

from datetime import date

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.catalogue.calendar import day_of
from eldercampus.db import transaction
from eldercampus.enrolment.receipts import find_receipt
from eldercampus.errors import DomainError, NotFound
from eldercampus.language import name_of, sentence
from eldercampus.people.asking import get_request_of, terms_of, withdraw_request
from eldercampus.people.models import Representation
from eldercampus.people.relation_codes import give_by_code, send_relation_code
from eldercampus.people.relation_queries import (
    get_acting,
    list_acting_for,
    list_asked_by,
    list_asked_of,
)
from eldercampus.people.representing import end_representation
from eldercampus.people.signing_in import Sent
from eldercampus.web.access import allow, require_account
from eldercampus.web.for_whom import represented
from eldercampus.web.learner.relation_forms import RelationCodeForm
from eldercampus.web.learner.whom import onward

pages = Blueprint("family", __name__, url_prefix="/my/family")


def today() -> date:
    return day_of(clock.now())


def own_ids() -> list[int]:
    """The persons whose own account this is: two, where spouses share a phone."""
    return [row.person_id for row in represented() if row.kind == "self" and row.may_see]


@pages.get("")
@allow("own.see")
def index() -> ResponseReturnValue:
    rows, own, mine = represented(), own_ids(), require_account()
    return render_template(
        "learner/family.html",
        own=[row.person for row in rows if row.person_id in own],
        helped=[row for row in rows if row.kind == "relative"],
        acting=list_acting_for(own, today()) if own else [],
        wanted=list_asked_of(own) if own else [],
        asked=list_asked_by(mine.id),
        terms_of=terms_of,
    )


@pages.get("/asked/<int:asked_id>")
@allow("own.see")
def asked(asked_id: int) -> ResponseReturnValue:
    """What the person asked for has to do; the same page where there is no such person."""
    row = get_request_of(asked_id, require_account().id)
    helped = next((one for one in represented() if one.person_id == row.person_id), None)
    return render_template(
        "learner/family_asked.html",
        row=row,
        terms=terms_of(row),
        helped=helped,
        onward=onward("/my/family"),
    )


@pages.get("/asked/<int:asked_id>/paper")
@allow("own.see")
def paper(asked_id: int) -> ResponseReturnValue:
    """The sheet to sign, filled in with what was asked for."""
    mine = require_account()
    row = get_request_of(asked_id, mine.id)
    return render_template(
        "learner/family_paper.html",
        row=row,
        receipt=find_receipt(row.named),
        terms=terms_of(row),
        phone=mine.phone,
    )


@pages.post("/asked/<int:asked_id>/send")
@allow("own.see")
def send(asked_id: int) -> ResponseReturnValue:
    """A code to the phone that we have, if there is one: the answer does not say."""
    with transaction():
        sent = send_relation_code(
            asked_id,
            account_id=require_account().id,
            address=request.remote_addr or "",
            wall=clock.wall_now(),
        )
    if isinstance(sent, Sent):
        if current_app.config["DEMO"]:
            session["demo_relation_code"] = sent.code
    else:
        flash(sentence(sent), "mind")
        if sent.code != "code_sent_recently":
            return redirect(url_for("family.asked", asked_id=asked_id), 303)
    return redirect(url_for("family.code", asked_id=asked_id, next=onward("/my/family")), 303)


@pages.route("/asked/<int:asked_id>/code", methods=["GET", "POST"])
@allow("own.see")
def code(asked_id: int) -> ResponseReturnValue:
    row, form = get_request_of(asked_id, require_account().id), RelationCodeForm()
    named = row.named
    if row.state == "given":
        return redirect(url_for("family.index"), 303)
    if form.validate_on_submit():
        outcome = _try(asked_id, str(form.code.data))
        if isinstance(outcome, Representation):
            session.pop("demo_relation_code", None)
            flash(_("They said yes. From now on you may act for %(name)s.", name=named))
            return redirect(onward("/my/family"), 303)
        form.refuse(outcome, "code")
    return render_template(
        "learner/family_code.html",
        form=form,
        asked_id=asked_id,
        named=named,
        onward=onward("/my/family"),
        demo_code=session.get("demo_relation_code") if current_app.config["DEMO"] else None,
    )


def _try(asked_id: int, typed: str) -> Representation | DomainError:
    """The count of tries is kept in any case."""
    with transaction():
        return give_by_code(
            asked_id,
            typed,
            account_id=require_account().id,
            now=clock.now(),
            wall=clock.wall_now(),
        )


@pages.post("/asked/<int:asked_id>/withdraw")
@allow("own.see")
def withdraw(asked_id: int) -> ResponseReturnValue:
    with transaction():
        withdraw_request(asked_id, account_id=require_account().id, now=clock.now())
    flash(_("You do not ask any more."))
    return redirect(url_for("family.index"), 303)


def my_acting(acting_id: int) -> tuple[Representation, bool]:
    """What stands between a person and a relative, and whether this is the person's side. Raises
    representation_not_found for everybody else."""
    row = get_acting(acting_id, today())
    if row.kind == "relative":
        if row.person_id in own_ids():
            return row, True
        if row.account_id == require_account().id:
            return row, False
    raise NotFound("representation_not_found")


@pages.post("/acting/<int:acting_id>/end")
@allow("own.see")
def end(acting_id: int) -> ResponseReturnValue:
    """Either ends it, at once."""
    with transaction():
        row, theirs = my_acting(acting_id)
        name = name_of(row.person)
        by = require_account().id
        end_representation(row.account_id, row.person_id, by_account_id=by, now=clock.now())
    if theirs:
        flash(_("It is ended: nobody acts for %(name)s with that phone any more.", name=name))
    else:
        flash(_("It is ended: you act for %(name)s no more.", name=name))
    return redirect(url_for("family.index"), 303)
