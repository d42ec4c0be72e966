"""What is asked for at the door."""

from flask_babel import lazy_gettext as _l

from eldercampus.web.forms import (
    CodeField,
    DateField,
    Form,
    OnlyDigits,
    PasswordField,
    PhoneField,
    Required,
    SubmitField,
    TextField,
    YesField,
)

_SIX_DIGITS = _l("Please write the six digits of the message.")
_SIX_READ_OUT = _l("Please write the six digits that were read out to you.")


class PhoneForm(Form):
    phone = PhoneField(
        _l("What is your mobile number?"),
        hint=_l(
            "We send six digits to it. You may also write the number of somebody who helps you."
        ),
        validators=[Required(_l("Please write a mobile number."))],
        mobile=True,
    )
    send = SubmitField(_l("Send me the code"))


class CodeForm(Form):
    """What cannot be a code is refused here and does not count as a try."""

    code = CodeField(
        _l("Which code did you get?"),
        hint=_l("Six digits. They count for ten minutes."),
        validators=[Required(_SIX_DIGITS), OnlyDigits(6, _SIX_DIGITS)],
    )
    born = DateField(_l("When were you born?"), hint=_l("For example 1952 3 27"), birthday=True)
    new_owner = YesField(
        _l("I have had this number only for a short time, and was never here with it"),
        hint=_l("Then you begin anew. You see nothing of whoever had the number before."),
    )
    send = SubmitField(_l("Sign in"))


class ReceiptForm(Form):
    receipt = TextField(
        _l("What is your receipt number?"),
        hint=_l("It stands on the slip and on the printed form. For example K7MQ-4F2X"),
        validators=[Required(_l("Please write the receipt number."))],
        autocomplete="off",
        width=10,
        most=20,
    )
    born = DateField(
        _l("When were you born?"),
        hint=_l("For example 1952 3 27"),
        validators=[Required(_l("Please write the birth date."))],
    )
    send = SubmitField(_l("Go on"))


class DeskCodeForm(Form):
    """What cannot be a code is refused here and does not count as a try."""

    code = CodeField(
        _l("Which code was read out to you?"),
        hint=_l("Six digits. They count for a quarter of an hour."),
        validators=[Required(_SIX_READ_OUT), OnlyDigits(6, _SIX_READ_OUT)],
    )
    send = SubmitField(_l("Go on"))


class StaffForm(Form):
    username = TextField(
        _l("User name"),
        validators=[Required(_l("Please write the user name."))],
        autocomplete="username",
        width=20,
        most=40,
    )
    password = PasswordField(
        _l("Password"), validators=[Required(_l("Please write the password."))], width=20
    )
    code = CodeField(
        _l("Code"),
        hint=_l("The six digits of your authenticator, or one of your recovery codes."),
        validators=[Required(_l("Please write the code."))],
        width=20,
        most=30,
    )
    send = SubmitField(_l("Sign in"))
