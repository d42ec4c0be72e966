"""Forms of our pages: fields that print themselves whole, tidy what is typed, and speak plainly."""

from eldercampus.web.forms.choices import (
    CheckboxesField,
    RadioField,
    SelectField,
    YesField,
    labelled,
)
from eldercampus.web.forms.dates import DateField
from eldercampus.web.forms.fields import (
    CodeField,
    IdentityField,
    LongTextField,
    NameField,
    NumberField,
    PasswordField,
    PhoneField,
    SubmitField,
    TextField,
)
from eldercampus.web.forms.form import Form
from eldercampus.web.forms.validators import DateRange, Length, NumberRange, OnlyDigits, Required

__all__ = [
    "CheckboxesField",
    "CodeField",
    "DateField",
    "DateRange",
    "Form",
    "IdentityField",
    "Length",
    "LongTextField",
    "NameField",
    "NumberField",
    "NumberRange",
    "OnlyDigits",
    "PasswordField",
    "PhoneField",
    "RadioField",
    "Required",
    "SelectField",
    "SubmitField",
    "TextField",
    "YesField",
    "labelled",
]
