"""/my/messages: what was sent to the person, word for word, and where it went."""

import re

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from eldercampus import clock
from eldercampus.notices.models import Notice
from eldercampus.notices.queries import list_messages
from eldercampus.people.identity import masked_mailbox, masked_phone
from eldercampus.web.access import allow
from eldercampus.web.learner.whom import current_person
from eldercampus.web.numbers import whole_number

pages = Blueprint("my_messages", __name__)

_OFFER_LINK = re.compile(r"/offers/[\w-]+", re.ASCII)


@pages.get("/my/messages")
@allow("own.see")
def index() -> ResponseReturnValue:
    person = current_person("see")
    page = list_messages(person.id, page=request.args.get("page", 1, type=whole_number))
    return render_template(
        "learner/my_messages.html",
        messages=page,
        words=_words,
        language=_language,
        masked=masked_address,
        now=clock.now(),
    )


def _words(notice: Notice) -> str:
    """The text as it was sent. A link that answers for the person is not shown to somebody who may
    only look."""
    text = notice.text
    return text if g.representation.may_answer else _OFFER_LINK.sub("/offers/…", text)


def _language(notice: Notice) -> str:
    """In which it went out: a Chinese text ends its sentences as only Chinese does."""
    return "zh-Hans" if "。" in notice.text else "en"


def masked_address(notice: Notice) -> str:
    """Enough to know which telephone, mailbox or house it was."""
    address = notice.address
    if "@" in address:
        return masked_mailbox(address)
    if address.startswith("+") or notice.channel in ("sms", "call"):
        return masked_phone(address)
    return f"{address[:4]}****" if address else ""
