"""What we ask about a person, a few questions a page: who, where, how to reach, and a last look."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from eldercampus.people import asking
from eldercampus.web.forms import (
    CheckboxesField,
    DateField,
    Form,
    IdentityField,
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
from eldercampus.web.forms.persons import NEWS, SEXES, TAGS

RELATIONS = labelled("relation", asking.RELATIONS)


class WhoForm(Form):
    kind = RadioField(
        _l("Who wants to learn?"),
        choices=[("self", _l("I do")), ("relative", _l("Somebody I help"))],
        validators=[Required(_l("Please say who wants to learn."))],
    )
    relation = SelectField(
        _l("If you help somebody: who are you to them?"),
        choices=RELATIONS,
        empty=_l("Choose"),
    )
    name = NameField(
        _l("Name"),
        hint=_l("As on the identity card. These questions are about the one who wants to learn."),
        validators=[Required(_l("Please write the name."))],
        width=20,
        most=60,
    )
    sex = RadioField(
        _l("Woman or man?"),
        choices=SEXES,
        inline=True,
        validators=[Required(_l("Please choose woman or man."))],
    )
    born = DateField(
        _l("Birth date"),
        hint=_l("By the solar calendar, as on the identity card. For example 1952 3 27"),
        validators=[Required(_l("Please write the birth date."))],
    )
    id_number = IdentityField(
        _l("Identity number (you may leave it out)"),
        hint=_l("With it we know each other again more surely. It is kept locked."),
    )
    send = SubmitField(_l("Next"))


class _OfDraft(Form):
    """A later page; says which person_draft it was shown for."""

    draft = HiddenField()


class HomeForm(_OfDraft):
    town = SelectField(
        _l("In which town or subdistrict?"),
        empty=_l("Choose"),
        validators=[Required(_l("Please choose the town or subdistrict."))],
    )
    show = SubmitField(_l("Show its villages and communities"))
    community = SelectField(_l("In which village or community?"), empty=_l("Choose"))
    address = TextField(_l("Street and number (you may leave it out)"), most=120)
    send = SubmitField(_l("Next"))


class ReachForm(_OfDraft):
    news = RadioField(
        _l("How shall we tell the results?"),
        choices=NEWS,
        validators=[Required(_l("Please choose how we shall tell the results."))],
    )
    phone = PhoneField(
        _l("Phone of the one who wants to learn"),
        hint=_l("Mobile or landline. Leave it out if there is none."),
    )
    emergency_name = NameField(
        _l("Whom do we ring if something happens?"),
        hint=_l("A name"),
        validators=[Required(_l("Please write a name."))],
        width=20,
        most=60,
    )
    emergency_relation = SelectField(
        _l("Who is that?"),
        choices=RELATIONS,
        empty=_l("Choose"),
        validators=[Required(_l("Please choose who that is."))],
    )
    emergency_phone = PhoneField(
        _l("Their phone"), validators=[Required(_l("Please write their phone number."))]
    )
    language = RadioField(
        _l("In which language shall we write?"),
        choices=labelled("language", ("zh", "en")),
        inline=True,
        validators=[Required(_l("Please choose a language."))],
    )
    send = SubmitField(_l("Next"))


class TagsForm(_OfDraft):
    tags = CheckboxesField(
        _l("Does one of these apply to you?"),
        hint=_l("Some classes keep seats. Bring the certificate to a campus before the draw."),
        choices=TAGS,
    )
    signer = NameField(
        _l("Your own name"),
        hint=_l("Because you fill this in for somebody else."),
        width=20,
        most=60,
    )
    consent = YesField(
        _l("We may keep this, for classes and seats only"),
        hint=_l("You can see it, correct it and have it deleted. Nobody else gets it."),
        validators=[Required(_l("Without this we cannot enter anybody. Please tick it."))],
    )
    sensitive = YesField(
        _l("We may also keep the identity number and the certificates, locked"),
        hint=_l("Only if you gave one of them."),
    )
    send = SubmitField(_l("Yes, that is right"))


class ClaimForm(Form):
    kind = RadioField(
        _l("Whose slip is it?"),
        choices=[("self", _l("Mine")), ("relative", _l("That of somebody I help"))],
        validators=[Required(_l("Please say whose slip it is."))],
    )
    receipt = TextField(
        _l("Receipt number"),
        hint=_l("It stands on the slip from the counter, for example K7MQ-4F2X"),
        validators=[Required(_l("Please write the receipt number."))],
        width=20,
        most=20,
    )
    born = DateField(
        _l("Birth date"),
        hint=_l("Of the one whose name is on the slip. For example 1952 3 27"),
        validators=[Required(_l("Please write the birth date."))],
    )
    send = SubmitField(_l("Find the slip"))
