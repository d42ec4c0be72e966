"""Signing in and out: seniors and family with a phone and a code, staff with a password and a code.

The phone waits in the cookie between the two pages, never in an address.
"""

from datetime import datetime, timedelta

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
from eldercampus.clock import wall_now
from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.people.accounts import accounts_by_id, list_staff_accounts
from eldercampus.people.form_keys import remember_answer, take_form
from eldercampus.people.identity import masked_phone
from eldercampus.people.models import Account
from eldercampus.people.queries import list_persons_of
from eldercampus.people.sealing import keyed_hash
from eldercampus.people.signing_in import Sent, send_code, sign_in_with_code
from eldercampus.people.staff_sign_in import DEMONSTRATION_PASSWORD, sign_in_staff, totp_now
from eldercampus.web import browser_session
from eldercampus.web.access import allow, scope_for, signed_in
from eldercampus.web.paths import safe_path
from eldercampus.web.public.sign_in_forms import CodeForm, PhoneForm, StaffForm
from eldercampus.web.sealed_cookie import keep_sealed, read_sealed

pages = Blueprint("sign_in", __name__)

_PHONE = "sign_in_phone"  # the name in the cookie
_DOUBLE_CLICK = timedelta(seconds=10)
# where a staff account goes first: the first of these that it may
_FIRST_PAGES = (
    ("staff.see", "/staff"),
    ("town.see", "/town"),
    ("roster.see", "/staff/sections"),
)


def _onward(default: str = "/my") -> str:
    return safe_path(request.args.get("next"), default)


@pages.route("/sign-in", methods=["GET", "POST"])
@allow("sign_in")
def phone() -> ResponseReturnValue:
    form = PhoneForm()
    if form.validate_on_submit():
        refusal = _send(form.phone.data)
        if refusal is None or refusal.code == "code_sent_recently":
            keep_sealed(_PHONE, {"number": form.phone.data})
            return redirect(url_for("sign_in.code", next=_onward()), 303)
        form.refuse(refusal, "phone")
    return render_template("sign_in/phone.html", form=form, onward=request.args.get("next"))


def _send(number: str) -> DomainError | None:
    with transaction():
        sent = send_code(number, address=request.remote_addr or "", now=wall_now())
    if isinstance(sent, Sent):
        if current_app.config["DEMO"]:
            session["demo_code"] = sent.code
        return None
    return sent


@pages.route("/sign-in/code", methods=["GET", "POST"])
@allow("sign_in")
def code() -> ResponseReturnValue:
    number = read_sealed(_PHONE).get("number")
    if number is None:
        return _without_number()
    form = CodeForm()
    asks_birth_date = "born-year" in request.form
    if form.validate_on_submit():
        outcome = _enter(number, form)
        if isinstance(outcome, str):
            return redirect(outcome, 303)
        about_birth = outcome.code.startswith("birth_date")
        asks_birth_date = asks_birth_date or about_birth
        form.refuse(outcome, "born" if about_birth else "code")
    return render_template(
        "sign_in/code.html",
        form=form,
        onward=_onward(),
        phone=masked_phone(number),
        demo_code=session.get("demo_code") if current_app.config["DEMO"] else None,
        asks_birth_date=asks_birth_date,
    )


def _without_number() -> ResponseReturnValue:
    """The page was sent twice or gone back to, or the browser was closed meanwhile."""
    if signed_in() is not None:
        return redirect(_onward(), 303)
    flash(_("Please write your number once more: this browser does not know it any more."), "mind")
    return redirect(url_for("sign_in.phone", next=_onward()), 303)


def _enter(number: str, form: CodeForm) -> str | DomainError:
    """The next page for who is let in; the count of tries is kept in any case."""
    with transaction():
        outcome = _account_for(number, form)
        if isinstance(outcome, DomainError):
            return outcome
        browser_session.begin(outcome)
        today = clock.now().astimezone(clock.SHANGHAI).date()
        several = len(list_persons_of(outcome.id, today)) > 1
    return url_for("whom.choose", next=_onward()) if several else _onward()


def _account_for(number: str, form: CodeForm) -> Account | DomainError:
    """A double click sends the page twice: the second sending gets what the first one got, for as
    long as a hand takes. It has to be the same number and the same code: who only knows the page's
    key gets nothing."""
    now = wall_now()
    key = keyed_hash(f"double:{form.key.data}:{number}:{form.code.data}")
    first = take_form(key, None, now)
    if first and now < datetime.fromisoformat(first["at"]) + _DOUBLE_CLICK:
        return accounts_by_id([first["account"]])[first["account"]]
    outcome = sign_in_with_code(
        number,
        form.code.data,
        now=now,
        born_on=form.born.data,
        new_owner=bool(form.new_owner.data),
    )
    if not isinstance(outcome, DomainError):
        remember_answer(key, {"account": outcome.id, "at": now.isoformat()})
    return outcome


@pages.post("/sign-in/again")
@allow("sign_in")
def again() -> ResponseReturnValue:
    """Another code to the same phone."""
    number = read_sealed(_PHONE).get("number")
    if number is None:
        return _without_number()
    refusal = _send(number)
    if refusal is None:
        flash(_("We sent a new code. Please use this one; the earlier one does not count now."))
    else:
        flash(sentence(refusal), "mind")
    return redirect(url_for("sign_in.code", next=_onward()), 303)


@pages.route("/staff/sign-in", methods=["GET", "POST"])
@allow("sign_in")
def staff() -> ResponseReturnValue:
    form = StaffForm()
    if form.validate_on_submit():
        outcome = _enter_staff(form)
        if isinstance(outcome, str):
            return redirect(outcome, 303)
        form.refuse(outcome)
    demo = current_app.config["DEMO"]
    return render_template(
        "sign_in/staff.html",
        form=form,
        password=DEMONSTRATION_PASSWORD,
        shown=[(one, totp_now(one, wall_now())) for one in list_staff_accounts()] if demo else [],
    )


def _enter_staff(form: StaffForm) -> str | DomainError:
    address = request.remote_addr or ""
    with transaction():
        outcome = sign_in_staff(
            form.username.data.lower(),
            form.password.data,
            form.code.data,
            address=address,
            now=wall_now(),
        )
        if isinstance(outcome, DomainError):
            return outcome
        browser_session.begin(outcome)
        return _onward(_first_page(outcome))


def _first_page(account: Account) -> str:
    return next((path for action, path in _FIRST_PAGES if scope_for(account, action)), "/")


@pages.post("/sign-out")
@allow("public.see")
def out() -> ResponseReturnValue:
    """Also for who is not signed in: a second press on the button does no harm."""
    with transaction():
        browser_session.end()
    flash(_("You are signed out."))
    return redirect("/", 303)
