"""Our form: its errors in one summary, refusals of the domain at their field, a key, and what was
typed when it could not be taken in."""

from typing import Any

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms.widgets import HiddenInput

from eldercampus.errors import DomainError
from eldercampus.language import sentence
from eldercampus.web.for_whom import mark
from eldercampus.web.forms.dates import DateField
from eldercampus.web.forms.fields import KeyField
from eldercampus.web.kept_forms import FORM, fields_kept, know_form


class Form(FlaskForm):
    """Base of all forms that are sent by POST."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            sent = super().wrap_formdata(form, formdata)
            return fields_kept(type(form)) if sent is None else sent

    key = KeyField()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        know_form(cls)

    @property
    def is_troubled(self) -> bool:
        """Whether there is something to look at again."""
        return any(self.errors.values())

    def error_summary(self) -> list[tuple[str, str]]:
        """(href, sentence) of each error, in the page's order; href "" is the whole form."""
        whole = [("", str(text)) for text in self.form_errors]
        return whole + [
            (f"#{getattr(field, 'error_id', field.id)}", str(field.errors[0]))
            for field in self
            if field.errors
        ]

    def refuse(self, error: DomainError | str, where: str | None = None) -> None:
        """Shows a refusal at a field ("born", "born.month"), or above the form."""
        text = sentence(error) if isinstance(error, DomainError) else error
        if where is None:
            self.form_errors.append(text)
            return
        name, _, box = where.partition(".")
        field = self[name]
        field.errors = [*field.errors, text]
        if box and isinstance(field, DateField):
            field.wrong_box = box

    def hidden_tag(self) -> Markup:
        """The CSRF token, the key, the form's name and for whom the page is, without ids: a page
        may hold several forms."""
        hidden = [field for field in self if isinstance(field.widget, HiddenInput)]
        row = Markup('<input type="hidden" name="{}" value="{}">')
        fields = [row.format(field.name, field._value()) for field in hidden]
        return Markup("\n").join([*fields, row.format(FORM, type(self).__name__), mark()])
