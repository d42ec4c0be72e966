"""The receipt of an application: A4, large type, in the reader's language."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import segno
from flask_babel import gettext as _

from eldercampus.enrolment.models import Application
from eldercampus.language import in_english, name_of
from eldercampus.language.words import date_words, moment_words
from eldercampus.paper.signs import lacks_signs, printable
from eldercampus.paper.slip import Sender
from eldercampus.paper.typesetting import typeset
from eldercampus.people.models import Person


def receipt_pdf(
    person: Person,
    application: Application,
    wishes: Sequence[tuple[str, str]],
    dates: Sequence[dict[str, object]],
    sender: Sender,
    *,
    code: str,
    now: datetime,
) -> bytes:
    """application: handed in, with its round; wishes: label and words; dates: "when", "text";
    code: the learner's in the draw, "" where there is none yet."""
    came = application.submitted_at or now
    content = printable(
        {
            "lang": "en" if in_english() else "zh",
            "region": None if in_english() else "cn",
            "foot": _("Demonstration: all names are made up.") if sender.demonstration else "",
            "school": sender.school,
            "printed": _("As of %(day)s", day=date_words(now, year=True)),
            "title": _("We have your application"),
            "who": _(
                "Learner %(name)s. It came on %(moment)s.",
                name=name_of(person),
                moment=moment_words(came, year=True),
            ),
            "round": name_of(application.round),
            "receipt": application.receipt or "",
            "qr": _square(application.receipt or ""),
            "about_receipt": _(
                "Receipt number. With it and the birth date you can look at the application and "
                "change it. For the result, ring us: we read six digits out to you."
            ),
            "code": _("Your code in the draw: %(code)s", code=code) if code else "",
            "wishes": {"title": _("Your choices"), "lines": [list(pair) for pair in wishes]},
            "dates": {
                "title": _("What comes next"),
                "lines": [[str(one["when"]), str(one["text"])] for one in dates],
            },
            "help": _("Ring us: %(phone)s, %(hours)s.", phone=sender.phone, hours=sender.hours),
        }
    )
    return typeset("receipt", _with_note(content), now=now)


def _with_note(content: Any) -> Any:
    """Where the sheet lacks a sign, of a name perhaps, it asks for a pen."""
    if lacks_signs(content):
        content["by_hand"] = _(
            "〓: this machine has no letter shape for it. Please write it in by hand."
        )
    return content


def _square(receipt: str) -> str:
    """The number alone: the counter's reader types it where it searches."""
    drawing = io.BytesIO()
    segno.make(receipt, error="m", micro=False).save(drawing, kind="svg", border=2)
    return drawing.getvalue().decode()
