"""What people put right about themselves."""

from flask_babel import lazy_gettext as _l

from eldercampus.people.news import WAYS
from eldercampus.web.forms import (
    Form,
    LongTextField,
    NameField,
    PhoneField,
    RadioField,
    Required,
    SelectField,
    SubmitField,
    TextField,
    YesField,
    labelled,
)
from eldercampus.web.learner.person_forms import RELATIONS


class HomeForm(Form):
    town = SelectField(
        _l("In which town or subdistrict?"),
        empty=_l("Choose"),
        validators=[Required(_l("Please choose the town or subdistrict."))],
    )
    show = SubmitField(_l("Show its villages and communities"))
    community = SelectField(_l("In which village or community?"), empty=_l("Choose"))
    address = TextField(_l("Street and number (you may leave it out)"), most=120)
    send = SubmitField(_l("Save"))


class ReachForm(Form):
    mobile = PhoneField(_l("Mobile phone"), hint=_l("Leave it out if there is none."), mobile=True)
    landline = PhoneField(_l("Landline"), hint=_l("Leave it out if there is none."))
    mailbox = TextField(
        _l("E-mail address"),
        hint=_l("Leave it out if there is none."),
        autocomplete="email",
        most=120,
    )
    news = RadioField(
        _l("How shall we tell you the news?"),
        choices=labelled("news", WAYS),
        validators=[Required(_l("Please choose how we shall tell you."))],
    )
    language = RadioField(
        _l("In which language shall we write?"),
        choices=labelled("language", ("zh", "en")),
        inline=True,
        validators=[Required(_l("Please choose a language."))],
    )
    send = SubmitField(_l("Save"))


class EmergencyForm(Form):
    name = NameField(
        _l("Whom do we ring if something happens?"),
        hint=_l("A name"),
        validators=[Required(_l("Please write a name."))],
        width=20,
        most=60,
    )
    relation = SelectField(
        _l("Who is that?"),
        choices=RELATIONS,
        empty=_l("Choose"),
        validators=[Required(_l("Please choose who that is."))],
    )
    phone = PhoneField(
        _l("Their phone"), validators=[Required(_l("Please write their phone number."))]
    )
    send = SubmitField(_l("Save"))


class CorrectForm(Form):
    text = LongTextField(
        _l("What is wrong, and how should it be?"),
        hint=_l(
            "For example: my birth date is 27 March 1952. We may ask to see the identity card."
        ),
        validators=[Required(_l("Please write what is wrong."))],
        most=1000,
    )
    send = SubmitField(_l("Send"))


class SensitiveForm(Form):
    sure = YesField(
        _l("I do not want identity number and certificates to be kept any more"),
        validators=[Required(_l("Please tick this, if you want it."))],
    )
    send = SubmitField(_l("Erase both now"))


class EraseForm(Form):
    sure = YesField(
        _l("I want everything about me to be erased"),
        validators=[Required(_l("Please tick this, if you want it."))],
    )
    send = SubmitField(_l("Ask for it"))
