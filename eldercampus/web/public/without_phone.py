"""/sign-in/receipt: coming back with receipt number and birth date, to go on with the application;
/sign-in/counter-code: the code that a clerk reads out, to see and answer as well."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eldercampus.clock import wall_now
from eldercampus.db import transaction
from eldercampus.enrolment.coming_back import come_back
from eldercampus.errors import DomainError
from eldercampus.people.desk_codes import sign_in_with_desk_code
from eldercampus.web import browser_session
from eldercampus.web.access import allow, signed_in
from eldercampus.web.for_whom import find_representation, is_by_slip
from eldercampus.web.paths import safe_path
from eldercampus.web.public.sign_in_forms import DeskCodeForm, ReceiptForm

pages = Blueprint("without_phone", __name__, url_prefix="/sign-in")


def _onward(default: str) -> str:
    return safe_path(request.args.get("next"), default)


@pages.route("/receipt", methods=["GET", "POST"])
@allow("sign_in")
def receipt() -> ResponseReturnValue:
    form = ReceiptForm()
    if form.validate_on_submit():
        refusal = _come_back(form)
        if refusal is None:
            return redirect(_onward("/apply"), 303)
        form.refuse(refusal, "receipt")
    return render_template("sign_in/receipt.html", form=form, onward=request.args.get("next"))


def _come_back(form: ReceiptForm) -> DomainError | None:
    address, now = request.remote_addr or "", wall_now()
    with transaction():
        outcome = come_back(form.receipt.data, form.born.data, address=address, now=now)
        if isinstance(outcome, DomainError):
            return outcome
        browser_session.begin(outcome, only_apply=True)
    return None


@pages.route("/counter-code", methods=["GET", "POST"])
@allow("sign_in")
def code() -> ResponseReturnValue:
    """For who came with receipt number and birth date, or took somebody up with them on a phone;
    others are led to where they begin."""
    account = signed_in()
    if account is None:
        return redirect(url_for("without_phone.receipt", next=_onward("/my")), 303)
    row = find_representation()
    if not browser_session.only_apply() and (row is None or not is_by_slip(row)):
        return redirect(_onward("/my"), 303)
    form = DeskCodeForm()
    if form.validate_on_submit():
        refusal = _check(account.id, form.code.data, row.person_id if row else None)
        if refusal is None:
            return redirect(_onward("/my"), 303)
        form.refuse(refusal, "code")
    return render_template("sign_in/counter_code.html", form=form)


def _check(account_id: int, typed: str, person_id: int | None) -> DomainError | None:
    with transaction():
        outcome = sign_in_with_desk_code(account_id, typed, person_id=person_id, now=wall_now())
        if isinstance(outcome, DomainError):
            return outcome
        if browser_session.only_apply():
            browser_session.begin(outcome)
    return None
