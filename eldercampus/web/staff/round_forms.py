"""The small forms of the round pages; that of the plan is in round_plan_form.py."""

from flask_babel import lazy_gettext as _l

from eldercampus.web.forms import Form, LongTextField, Required, SubmitField, TextField


class BeaconForm(Form):
    """The public value, as it was announced."""

    beacon = TextField(
        _l("The public value"),
        hint=_l("Exactly as it was announced, with blanks between the numbers"),
        width=20,
        most=200,
        validators=[Required(_l("Please write the public value."))],
    )
    send = SubmitField(_l("Keep"))


class SpareForm(Form):
    """The value that takes the place of one that was not announced in time."""

    why = LongTextField(
        _l("What happened to the value that was named first?"),
        hint=_l("This stands on the public page."),
        most=500,
        validators=[Required(_l("Please write what happened."))],
    )
    beacon = TextField(
        _l("The replacement value"),
        hint=_l("Exactly as it was announced, with blanks between the numbers"),
        width=20,
        most=200,
        validators=[Required(_l("Please write the replacement value."))],
    )
    send = SubmitField(_l("Take this value"))


class CancelForm(Form):
    reason = LongTextField(
        _l("Why is this round cancelled?"),
        hint=_l("The reason stands on the public page. Please write no names."),
        most=500,
        validators=[Required(_l("Please write why."))],
    )
    look = SubmitField(_l("Next"))
    send = SubmitField(_l("Cancel this round"))
