"""How news should come: the way, and, where we do not have it, the number, mailbox or address."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus.db import transaction
from eldercampus.enrolment.application_queries import draft_of
from eldercampus.errors import DomainError
from eldercampus.language import label
from eldercampus.people.identity import masked_letterbox, masked_phone
from eldercampus.people.models import Contact, Representation
from eldercampus.people.news import WAYS, choose_news, find_target
from eldercampus.people.queries import contacts_of
from eldercampus.web.access import allow, ask_for_desk_code
from eldercampus.web.browser_session import only_apply
from eldercampus.web.for_whom import is_by_slip
from eldercampus.web.forms import (
    Form,
    PhoneField,
    RadioField,
    Required,
    SelectField,
    SubmitField,
    TextField,
    YesField,
)
from eldercampus.web.learner.applying import Applying, get_applying, onward, page_before, read_again
from eldercampus.web.learner.person_forms import RELATIONS
from eldercampus.web.learner.whom import account

pages = Blueprint("news", __name__)

_TITLES: dict[str, LazyString] = {
    "sms": _l("To which mobile number shall we write?"),
    "call": _l("Which number shall we ring?"),
    "letter": _l("Where do letters reach you?"),
    "email": _l("To which mailbox shall we write?"),
    "relative": _l("Which relative shall we tell?"),
}


class NewsForm(Form):
    news = RadioField(
        _l("How shall we tell you the news?"),
        hint=_l("The result of the draw, and when a seat comes free."),
        validators=[Required(_l("Please choose how we shall tell you."))],
    )
    other = YesField(_l("Not this number or address: I will write another one"))
    send = SubmitField(_l("Next"))


class _TargetForm(Form):
    send = SubmitField(_l("Next"))


class PhoneForm(_TargetForm):
    target = PhoneField(_l("Phone number"), validators=[Required(_l("Please write the number."))])


class MailboxForm(_TargetForm):
    target = TextField(
        _l("E-mail address"),
        hint=_l("For example wang@example.com"),
        autocomplete="email",
        most=120,
        validators=[Required(_l("Please write the e-mail address."))],
    )


class AddressForm(_TargetForm):
    target = TextField(
        _l("Street and number, or house and door"),
        hint=_l("The town and the village or community we know already."),
        autocomplete="street-address",
        most=120,
        validators=[Required(_l("Please write the address."))],
    )


class RelativeForm(_TargetForm):
    relation = SelectField(
        _l("Who is that?"),
        choices=RELATIONS,
        empty=_l("Choose"),
        validators=[Required(_l("Please choose who that is."))],
    )
    target = PhoneField(
        _l("Their phone"), validators=[Required(_l("Please write their phone number."))]
    )


_FORMS: dict[str, type[_TargetForm]] = {
    "sms": PhoneForm,
    "call": PhoneForm,
    "letter": AddressForm,
    "email": MailboxForm,
    "relative": RelativeForm,
}


@pages.route("/apply/news", methods=["GET", "POST"])
@allow("own.apply")
def ask() -> ResponseReturnValue:
    """The way. One that we have nothing for leads to the page that asks for it."""
    at, form = get_applying(), NewsForm()
    contacts = contacts_of([at.person.id])[at.person.id]
    form.news.choices = [(way, label(f"news.{way}"), _to(at, contacts, way)) for way in WAYS]
    if form.validate_on_submit():
        if form.other.data or find_target(at.person, contacts, form.news.data) is None:
            return redirect(url_for("news.where", way=form.news.data), 303)
        try:
            return _chosen(at, form.news.data, contacts)
        except DomainError as error:
            form.refuse(error, "news")
            at = read_again(at)
    if request.method == "GET":
        form.news.data = at.person.news
    return _page(at, form, known=any(choice[2] for choice in form.news.choices))


@pages.route("/apply/news/<any(sms, call, letter, email, relative):way>", methods=["GET", "POST"])
@allow("own.reach")
def where(way: str) -> ResponseReturnValue:
    """The number, mailbox or address for news by this way. Not for who came with the receipt number
    alone: whoever finds a slip must not turn somebody's news to another telephone."""
    at, form = get_applying(), _FORMS[way]()
    if is_by_slip(g.representation):
        return ask_for_desk_code()
    if form.validate_on_submit():
        contacts = contacts_of([at.person.id])[at.person.id]
        try:
            return _chosen(at, way, contacts, form)
        except DomainError as error:
            form.refuse(error, "target")
            at = read_again(at)
    if request.method == "GET":
        _propose(form, way)
    return _page(at, form, title=str(_TITLES[way]))


def _propose(form: _TargetForm, way: str) -> None:
    """The phone of who is signed in, where it is the one asked for."""
    acting: Representation = g.representation
    if way in ("sms", "call") and acting.kind == "self":
        form["target"].data = account().phone
    if isinstance(form, RelativeForm) and acting.kind == "relative":
        form.target.data, form.relation.data = account().phone, acting.relation


def _chosen(
    at: Applying, way: str, contacts: list[Contact], form: Form | None = None
) -> ResponseReturnValue:
    target = form["target"].data if form else None
    whose = form["relation"].data if isinstance(form, RelativeForm) else "own"
    with transaction():
        choose_news(
            at.person.id,
            way,
            contacts,
            target=target,
            whose=whose,
            account_id=at.account_id,
            now=at.now,
        )
    return onward(read_again(at))


def _to(at: Applying, contacts: list[Contact], way: str) -> str:
    """Where that would go, as the person recognises it; "" where nothing is known."""
    target = find_target(at.person, contacts, way)
    if target is None:
        return ""
    if way not in ("letter", "email"):
        target = masked_phone(target)
    elif only_apply() or is_by_slip(g.representation):
        target = masked_letterbox(target)
    return _("to %(target)s", target=target)


def _page(at: Applying, form: Form, title: str = "", known: bool = False) -> ResponseReturnValue:
    back = page_before(draft_of(at.application), "news.ask")
    return render_template(
        "learner/apply_news.html",
        person=at.person,
        application=at.application,
        form=form,
        title=title,
        known=known,
        back=url_for("news.ask") if title else back,
    )
