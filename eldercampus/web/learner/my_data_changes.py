"""/my/data/home, /reach, /emergency: what people put right themselves, at once."""

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.language import name_of
from eldercampus.people.correcting import (
    Emergency,
    Home,
    Reach,
    change_emergency,
    change_reach,
    move_home,
)
from eldercampus.people.models import Person
from eldercampus.people.queries import contacts_of
from eldercampus.places.queries import list_communities, list_towns
from eldercampus.web.access import allow
from eldercampus.web.learner.my_data import back, read_again
from eldercampus.web.learner.my_data_forms import EmergencyForm, HomeForm, ReachForm
from eldercampus.web.learner.whom import account, current_person

pages = Blueprint("my_data_changes", __name__, url_prefix="/my/data")

_AT_MAILBOX = ("mailbox_odd", "mailbox_missing")


def _changing() -> Person:
    """Who may see and apply for somebody may put this right for them, too."""
    current_person("apply")
    return current_person("see")


def _saved() -> ResponseReturnValue:
    flash(_("Saved."))
    return back()


@pages.route("/home", methods=["GET", "POST"])
@allow("own.reach")
def home() -> ResponseReturnValue:
    person = _changing()
    form = HomeForm(
        data={
            "town": str(person.community.town_id),
            "community": str(person.community_id),
            "address": person.address,
        }
    )
    form.town.choices = [(str(town.id), name_of(town)) for town in list_towns()]
    if form.town.data in form.town.values():
        rows = list_communities(int(form.town.data))
        form.community.choices = [(str(one.id), name_of(one)) for one in rows]
    if form.is_submitted() and form.show.data:
        form.community.data = None
    elif form.validate_on_submit():
        if form.community.data:
            moved = Home(int(form.community.data), form.address.data or "")
            with transaction():
                move_home(person.id, moved, account_id=account().id, now=clock.now())
            return _saved()
        form.refuse(DomainError("unknown_community"), "community")
    return render_template("learner/data_home.html", form=form)


@pages.route("/reach", methods=["GET", "POST"])
@allow("own.reach")
def reach() -> ResponseReturnValue:
    person = _changing()
    own = {one.kind: one.value for one in contacts_of([person.id])[person.id] if one.whose == "own"}
    kept = {**own, "mailbox": own.get("email"), "news": person.news, "language": person.language}
    form = ReachForm(data=kept)
    if form.validate_on_submit():
        wanted = Reach(
            form.mobile.data,
            form.landline.data,
            form.mailbox.data,
            form.news.data,
            form.language.data,
        )
        try:
            with transaction():
                change_reach(person.id, wanted, account_id=account().id, now=clock.now())
            return _saved()
        except DomainError as error:
            form.refuse(error, "mailbox" if error.code in _AT_MAILBOX else "mobile")
            read_again()
    return render_template("learner/data_reach.html", form=form)


@pages.route("/emergency", methods=["GET", "POST"])
@allow("own.reach")
def emergency() -> ResponseReturnValue:
    person = _changing()
    form = EmergencyForm(
        data={
            "name": person.emergency_name,
            "relation": person.emergency_relation,
            "phone": person.emergency_phone or None,
        }
    )
    if form.validate_on_submit():
        told = Emergency(form.name.data, form.phone.data, form.relation.data)
        try:
            with transaction():
                change_emergency(person.id, told, account_id=account().id, now=clock.now())
            return _saved()
        except DomainError as error:
            form.refuse(error, "name")
            read_again()
    return render_template("learner/data_emergency.html", form=form)
