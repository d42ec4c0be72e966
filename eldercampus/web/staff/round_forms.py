"""The small forms of the round pages; that of the plan is in round_plan_form.py."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from eldercampus.web.forms import Form, LongTextField, Required, SubmitField, TextField


class ValueForm(Form):
    """A public value, in the form that was announced."""

    beacon = TextField()

    def show(self, example: str) -> None:
        """Says how the value is written."""
        if example:
            self.beacon.description = gettext("Sign for sign as in %(example)s", example=example)


class BeaconForm(ValueForm):
    """The value that was named first."""

    beacon = TextField(
        _l("The number from outside"),
        hint=_l("Exactly as it was announced, with blanks between the numbers"),
        width=20,
        most=200,
        validators=[Required(_l("Please write the number from outside."))],
    )
    send = SubmitField(_l("Keep"))


class RemarkForm(Form):
    """To the second officer who is asked to let the results come out."""

    reason = LongTextField(_l("A remark for the second officer, if you like"), most=500)
    send = SubmitField(_l("Ask a second officer"))


class SpareForm(ValueForm):
    """The value that takes the place of one that was not announced in time."""

    why = LongTextField(
        _l("What happened to the number that was named first?"),
        hint=_l("This stands on the public page."),
        most=500,
        validators=[Required(_l("Please write what happened."))],
    )
    beacon = TextField(
        _l("The replacement number"),
        hint=_l("Exactly as it was announced, with blanks between the numbers"),
        width=20,
        most=200,
        validators=[Required(_l("Please write the replacement number."))],
    )
    send = SubmitField(_l("Take this number"))


class CancelForm(Form):
    reason = LongTextField(
        _l("Why is this round cancelled?"),
        hint=_l("The reason stands on the public page. Please write no names."),
        most=500,
        validators=[Required(_l("Please write why."))],
    )
    look = SubmitField(_l("Next"))
    send = SubmitField(_l("Cancel this round"))
