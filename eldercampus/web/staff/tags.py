"""/staff/tags: claims to be looked at, with the certificate in hand."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.errors import DomainError
from eldercampus.people.queries import get_tag, list_claimed_tags
from eldercampus.people.tagging import decide_tag
from eldercampus.web.access import allow, require_account
from eldercampus.web.forms import DateField, Form, RadioField, Required, SubmitField, TextField

pages = Blueprint("staff_tags", __name__, url_prefix="/staff/tags")


class TagForm(Form):
    decision = RadioField(
        _l("Is the certificate right?"),
        choices=[("verified", _l("Seen, and right")), ("refused", _l("Not accepted"))],
        validators=[Required(_l("Please say whether the certificate is right."))],
    )
    evidence = TextField(
        _l("What did you see?"),
        hint=_l("The certificate's number and who issued it, or why it is not accepted."),
        validators=[Required(_l("Please write what you saw."))],
        most=120,
    )
    valid_until = DateField(
        _l("Valid until"), hint=_l("Leave it empty if the certificate has no end.")
    )
    send = SubmitField(_l("Save"))


@pages.get("")
@allow("tag.check")
def index() -> ResponseReturnValue:
    return render_template("staff/tags.html", tags=list_claimed_tags())


@pages.route("/<int:tag_id>", methods=["GET", "POST"])
@allow("tag.check")
def show(tag_id: int) -> ResponseReturnValue:
    tag = get_tag(tag_id)
    form = TagForm()
    if form.validate_on_submit():
        try:
            with transaction():
                decide_tag(
                    tag_id,
                    form.decision.data,
                    evidence=form.evidence.data,
                    valid_until=form.valid_until.data,
                    account_id=require_account().id,
                    now=clock.now(),
                )
        except DomainError as error:
            form.refuse(error, {"valid_until_past": "valid_until"}.get(error.code))
            tag = get_tag(tag_id)
        else:
            flash(_("Saved."))
            return redirect(url_for("staff_tags.index"), 303)
    return render_template("staff/tag.html", form=form, tag=tag)
