"""/phone: with DEMO=1 it plays the seniors' phones. Nothing is ever sent to a real one."""

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from eldercampus.notices.queries import list_sent
from eldercampus.web.access import allow
from eldercampus.web.forms import Form, PhoneField, Required, SubmitField

pages = Blueprint("phone", __name__)


class NumberForm(Form):
    number = PhoneField(
        _l("Whose phone?"),
        hint=_l("For example 138 0010 0000"),
        validators=[Required(_l("Please write the phone number."))],
    )
    send = SubmitField(_l("Look at this phone"))


@pages.route("/phone", methods=["GET", "POST"])
@allow("demo.phone")
def index() -> ResponseReturnValue:
    """The newest messages; after a POST those of one number (numbers stay out of the address)."""
    if not current_app.config["DEMO"]:
        abort(404)
    form = NumberForm()
    number = form.number.data if request.method == "POST" and form.validate() else None
    return render_template("public/phone.html", form=form, number=number, sent=list_sent(number))
