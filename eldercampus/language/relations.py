"""Words about who acts for whom: scopes, ways of giving, deeds done in somebody's name."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus.language import words

LABELS: dict[str, LazyString] = {
    "scope.apply": _l("apply for classes, change the application, take it back"),
    "scope.answer": _l("say yes or no to a seat, give it back"),
    "scope.see": _l("see results and messages"),
    "given_how.web": _l("on these pages"),
    "given_how.code": _l("by a code from the phone"),
    "given_how.paper": _l("on paper, signed"),
    "given_how.phone": _l("on the telephone"),
    "given_how.asked": _l("not yet: only applying, until the person says yes"),
    "given_how.receipt": _l("with receipt number and birth date"),
    "representation.self_staff": _l("the person"),
    "relation_answer.asked": _l("open"),
    "relation_answer.given": _l("given"),
    "relation_answer.refused": _l("refused"),
    "relation_answer.withdrawn": _l("taken back"),
    "relation_request.asked": _l("no yes so far"),
    "relation_request.given": _l("given"),
    "relation_request.refused": _l("no yes so far"),
    "relation_request.withdrawn": _l("taken back"),
}

SENTENCES: dict[str, LazyString] = {
    "relation_missing": _l("Please choose who you are to them."),
    "scope_missing": _l("Please tick at least one thing that may be done."),
    "until_past": _l("This day is over. Please write a later one, or leave it empty."),
    "asker_odd": _l("Please write your name only, in letters or Chinese characters."),
    "note_missing": _l("Please write who saw the signature, or what was said on the telephone."),
    "request_not_found": _l("There is no such request, or not any more."),
    "request_decided": _l("This request has been answered already."),
    "relation_is_self": _l(
        "This phone signs in as the person already. It needs no leave to act for them."
    ),
    "claim_taken": _l(
        "Somebody signs in for this person already. Did you change your phone? Then please ring "
        "us, or come to a campus: we put it right."
    ),
}

# who a relative is to the person, in the person's ear
_YOURS: dict[str, LazyString] = {
    "daughter": _l("your daughter"),
    "son": _l("your son"),
    "spouse": _l("your husband or wife"),
    "grandchild": _l("your grandchild"),
    "in_law": _l("your son-in-law or daughter-in-law"),
    "relative": _l("your relative"),
    "neighbour": _l("your neighbour or friend"),
}

# what a relative did, after "has done this in your name:"
_DEEDS: dict[str, LazyString] = {
    "apply": _l("handed in the application for %(round)s"),
    "change": _l("changed the application for %(round)s"),
    "withdraw": _l("took back the application for %(round)s"),
    "confirm": _l("said that you will come to %(section)s"),
    "decline": _l("said that you will not come to %(section)s"),
    "give_back": _l("gave back your seat in %(section)s"),
    "accept": _l("took the free seat in %(section)s for you"),
    "refuse": _l("said that you do not want the free seat in %(section)s"),
    "join": _l("asked for a seat in %(section)s, or a place in its line"),
    "leave": _l("took you off the waiting list of %(section)s"),
    "automatic": _l("changed whether you take a free seat at once"),
    "data": _l("changed what we have written down about you"),
}


def who_words(relation: str, phone: str | None) -> str:
    """your daughter (phone ending in 5678)"""
    who = str(_YOURS.get(relation, _YOURS["relative"]))
    if not phone:
        return who
    return _("%(who)s (phone ending in %(end)s)", who=who, end=phone[-4:])


def phone_end(phone: str | None) -> str:
    """phone ending in 5678"""
    return _("phone ending in %(end)s", end=(phone or "")[-4:])


def scope_words(scope: Iterable[str]) -> str:
    """What may be done, in one line."""
    return _("; ").join(str(LABELS[f"scope.{name}"]) for name in scope)


def until_words(until_on: date | None) -> str:
    """until 31 December 2027, or without an end date."""
    if until_on is None:
        return _("without an end date")
    return _("until %(day)s", day=words.date_words(until_on, year=True))


def deed_words(act: str, facts: Mapping[str, str]) -> str:
    """What was done; facts: round, or section."""
    return str(_DEEDS[act]) % facts
