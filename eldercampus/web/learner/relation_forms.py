"""What is asked where somebody is to act for somebody else."""

from flask_babel import lazy_gettext as _l

from eldercampus.people.representing import SCOPES
from eldercampus.web.forms import (
    CheckboxesField,
    CodeField,
    DateField,
    Form,
    NameField,
    OnlyDigits,
    PhoneField,
    RadioField,
    Required,
    SelectField,
    SubmitField,
    labelled,
)
from eldercampus.web.learner.person_forms import RELATIONS

_SIX_DIGITS = _l("Please write the six digits of the message.")
_UNTIL_HINT = _l("You may leave this empty: then it holds until one of you ends it.")


class AskForm(Form):
    name = NameField(
        _l("Name of the one whom you help"),
        hint=_l("As on the identity card."),
        validators=[Required(_l("Please write the name."))],
        width=20,
        most=60,
    )
    born = DateField(
        _l("Their birth date"),
        hint=_l("By the solar calendar, as on the identity card. For example 1952 3 27"),
        validators=[Required(_l("Please write the birth date."))],
    )
    phone = PhoneField(
        _l("Their phone"),
        hint=_l("The number of their own that they gave us, mobile or landline."),
        validators=[Required(_l("Please write their phone number."))],
        autocomplete="off",
    )
    send = SubmitField(_l("Next"))


class ScopeForm(Form):
    """What may be done, until when."""

    scope = CheckboxesField(_l("What may be done?"), choices=labelled("scope", SCOPES))
    until = DateField(_l("Until which day?"), hint=_UNTIL_HINT)


class TermsForm(ScopeForm):
    relation = SelectField(
        _l("Who are you to them?"),
        choices=RELATIONS,
        empty=_l("Choose"),
        validators=[Required(_l("Please choose who you are to them."))],
    )
    asker = NameField(
        _l("Your own name"),
        hint=_l("They see it when they are asked."),
        validators=[Required(_l("Please write your own name."))],
        width=20,
        autocomplete="name",
        most=30,
    )
    send = SubmitField(_l("Ask"))


class RelationCodeForm(Form):
    """What cannot be a code is refused here and does not count as a try."""

    code = CodeField(
        _l("Which six digits did they get?"),
        hint=_l("They stand in the message on their phone, and count for 24 hours."),
        validators=[Required(_SIX_DIGITS), OnlyDigits(6, _SIX_DIGITS)],
        autocomplete="off",
    )
    send = SubmitField(_l("That is the code"))


class AnswerForm(ScopeForm):
    decision = RadioField(
        _l("Do you want this?"),
        choices=[("yes", _l("Yes, they may")), ("no", _l("No"))],
        validators=[Required(_l("Please choose yes or no."))],
    )
    send = SubmitField(_l("Save"))


class GiveForm(ScopeForm):
    phone = PhoneField(
        _l("Their mobile number"),
        hint=_l("With it they sign in."),
        validators=[Required(_l("Please write a mobile number."))],
        mobile=True,
        autocomplete="off",
    )
    relation = SelectField(
        _l("Who are they to you?"),
        choices=RELATIONS,
        empty=_l("Choose"),
        validators=[Required(_l("Please choose who that is."))],
    )
    send = SubmitField(_l("Save"))


class ChangeForm(ScopeForm):
    send = SubmitField(_l("Save"))
