"""The slip with a person's result: A4, large type, in the reader's language."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from flask_babel import gettext as _

from eldercampus.allocation.explain import DrawNumber
from eldercampus.enrolment.explaining import Explanation
from eldercampus.language import in_english, name_of
from eldercampus.language.draw_numbers import number_sentences
from eldercampus.language.explanation import ToldChoice, next_steps, tell
from eldercampus.language.reasons import joined
from eldercampus.language.words import date_words
from eldercampus.paper.signs import lacks_signs, printable
from eldercampus.paper.typesetting import typeset
from eldercampus.people.models import Person


@dataclass(frozen=True)
class Sender:
    """Who hands the slip out. phone: of the person's campus; public_url: where the pages stand;
    demonstration: whether everything is made up."""

    school: str
    phone: str
    hours: str
    public_url: str
    demonstration: bool


def slip_pdf(
    results: Sequence[tuple[Person, Explanation, DrawNumber | None]],
    sender: Sender,
    *,
    now: datetime,
) -> bytes:
    """One slip after the other, each on a sheet of its own, with the number's place in the draw."""
    content = {
        "title": _("Result of the draw"),
        "lang": "en" if in_english() else "zh",
        "region": None if in_english() else "cn",
        "foot": _("Demonstration: all names are made up.") if sender.demonstration else "",
        "slips": [_slip(*result, sender, now) for result in results],
    }
    return typeset("slip", _with_notes(printable(content)), now=now)


def _with_notes(content: Any) -> Any:
    """Where a sheet lacks a sign, of a name perhaps, it asks for a pen."""
    for slip in content["slips"]:
        if lacks_signs(slip):
            slip["by_hand"] = _(
                "〓: this machine has no letter shape for it. Please write it in by hand."
            )
    return content


def _slip(
    person: Person,
    explanation: Explanation,
    drawn: DrawNumber | None,
    sender: Sender,
    now: datetime,
) -> dict[str, Any]:
    return {
        "school": sender.school,
        "printed": _("As of %(day)s", day=date_words(now)),
        "title": _("Result for %(name)s", name=name_of(person)),
        "facts": list(_facts(explanation)),
        "choices": [_choice(told) for told in tell(explanation)],
        "next": {"title": _("What to do now"), "steps": next_steps(explanation, now)},
        "help": _("Ring us: %(phone)s, %(hours)s.", phone=sender.phone, hours=sender.hours),
        "number": joined(number_sentences(explanation.number, drawn)),
        "check": _check(explanation, sender),
    }


def _facts(explanation: Explanation) -> list[tuple[str, str, str]]:
    """What, which, and what it is for: the two numbers must not be mistaken for each other."""
    learner, receipt = explanation.learner, explanation.application.receipt or ""
    facts = [
        (_("Round"), name_of(explanation.round), ""),
        (_("Receipt number"), receipt, _("for you alone")),
    ]
    if learner is not None:
        facts.append((_("Learner id"), learner.code, _("to look up the result")))
    return facts


def _choice(told: ToldChoice) -> dict[str, Any]:
    said = [joined(part) for part in (told.reason, told.since) if part]
    return {"heading": told.heading, "where": told.where, "said": said}


def _check(explanation: Explanation, sender: Sender) -> dict[str, Any]:
    address = look_up_address(explanation, sender.public_url)
    drawing = io.BytesIO()
    segno.make(f"{address}#mine", error="m", micro=False).save(drawing, kind="svg", border=2)
    return {
        "text": _("Scan, and check it yourself").splitlines(),
        "address": address,
        "qr": drawing.getvalue().decode(),
    }


def look_up_address(explanation: Explanation, public_url: str) -> str:
    """The round's public page with the own line; the learner id is no secret."""
    learner = explanation.learner
    look_up = f"?id={learner.code}" if learner is not None else ""
    return f"{public_url.rstrip('/')}/rounds/{explanation.round.code}{look_up}"
