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
)

_SIX_DIGITS = _l("Please write the six digits of the message.")


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
    send = SubmitField(_l("Sign in"))


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
