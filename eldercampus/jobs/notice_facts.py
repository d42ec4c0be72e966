"""The words that the text of a notice needs, from the rows that it is about."""

from collections.abc import Callable

from eldercampus.jobs.matters import Matters, number_of
from eldercampus.language import name_of, words
from eldercampus.language.hours import weekly_words
from eldercampus.language.notices import lapse_words, relation_words, result_words
from eldercampus.language.relations import (
    deed_words,
    phone_end,
    scope_words,
    until_words,
    who_words,
)
from eldercampus.notices.models import Notice
from eldercampus.people.asking import terms_of

Facts = dict[str, str]


def facts_of(notice: Notice, matters: Matters, public_url: str) -> Facts:
    """The words that the kind's text needs beside name, school, phone and link."""
    facts = FACTS[notice.kind](notice, matters)
    if "token" in notice.facts:
        facts["link"] = f"{public_url}/offers/{notice.facts['token']}"
    if "round_page" in notice.facts:
        facts["link"] = f"{public_url}/rounds/{notice.facts['round_page']}"
    if notice.kind == "relation_given":
        facts["link"] = f"{public_url}/my/family"
    return facts


def _code(notice: Notice, _matters: Matters) -> Facts:
    return {"code": str(notice.facts["code"])}


def _relation_asked(notice: Notice, matters: Matters) -> Facts:
    request = matters.relations[int(notice.facts["about"].partition(":")[2])]
    terms = terms_of(request)
    return {
        "code": str(notice.facts["code"]),
        "asker": request.asker,
        "who": who_words(terms.relation, request.account.phone),
        "what": scope_words(terms.scope),
        "until": until_words(terms.until_on),
    }


def _relation(notice: Notice, matters: Matters) -> Facts:
    row = matters.representations[number_of(notice)]
    terms = terms_of(row)
    return {
        "who": who_words(terms.relation, row.account.phone),
        "what": scope_words(terms.scope),
        "until": until_words(terms.until_on),
    }


def _relation_answered(notice: Notice, matters: Matters) -> Facts:
    facts, person = _relation(notice, matters), matters.representations[number_of(notice)].person
    result = notice.facts["result"]
    words_ = relation_words(result, name_of(person), facts["what"], facts["until"])
    return {"result": words_}


def _slip_used(notice: Notice, matters: Matters) -> Facts:
    return {"who": phone_end(matters.representations[number_of(notice)].account.phone)}


def _done(notice: Notice, matters: Matters) -> Facts:
    kind, _sep, number = notice.facts["about"].partition(":")
    about = _ABOUT[kind](int(number), matters)
    deed = deed_words(notice.facts["act"], about)
    return {**_relation(notice, matters), "result": deed}


def _application(notice: Notice, matters: Matters) -> Facts:
    application = matters.applications[number_of(notice)]
    return {
        "round": name_of(application.round),
        "receipt": application.receipt or "",
        "until": words.moment_words(application.round.closes_at),
    }


def _merged(notice: Notice, matters: Matters) -> Facts:
    """listed: the class that is not held, by its course and its hours."""
    before = _section(int(notice.facts["listed"]), matters)
    listed = f"{before['section']} {before['when']}"
    return {**_section(int(notice.facts["section"]), matters), "listed": listed}


def _result(notice: Notice, matters: Matters) -> Facts:
    round_ = matters.rounds[number_of(notice)]
    placed, waiting = matters.outcomes.get((round_.id, notice.person_id or 0), (0, 0))
    return {"round": name_of(round_), "result": result_words(placed, waiting)}


def _cancelled(notice: Notice, matters: Matters) -> Facts:
    return {"round": name_of(matters.rounds[number_of(notice)])}


def _placement(notice: Notice, matters: Matters) -> Facts:
    placement = matters.placements[number_of(notice)]
    facts = _section(placement.section_id, matters)
    if placement.confirm_by_at:
        facts["until"] = words.moment_words(placement.confirm_by_at)
    return facts


def _offer(notice: Notice, matters: Matters) -> Facts:
    offer = matters.offers[number_of(notice)]
    facts = _section(offer.section_id, matters)
    facts["until"] = words.moment_words(offer.ends_at)
    facts["result"] = lapse_words(bool(notice.facts.get("still_waiting")))
    return facts


def _section(section_id: int, matters: Matters) -> Facts:
    section, days = matters.sections[section_id], matters.days.get(section_id)
    return {
        "section": name_of(section.course),
        "place": name_of(section.campus),
        "when": weekly_words(section.meetings),
        "starts": words.date_words(days[0]) if days else "",
    }


_ABOUT: dict[str, Callable[[int, Matters], Facts]] = {
    "application": lambda number, matters: {"round": name_of(matters.applications[number].round)},
    "placement": lambda number, matters: _section(matters.placements[number].section_id, matters),
    "offer": lambda number, matters: _section(matters.offers[number].section_id, matters),
    "section": _section,
    "person": lambda _number, _matters: {},
}


FACTS: dict[str, Callable[[Notice, Matters], Facts]] = {
    "sign_in_code": _code,
    "application_receipt": _application,
    "application_withdrawn": _application,
    "result_published": _result,
    "confirmation_due": _placement,
    "placement_lapsed": _placement,
    "merged": _merged,
    "seat_given": _placement,
    "seat_taken": _placement,
    "first_lesson": _placement,
    "offer_made": _offer,
    "offer_lapsed": _offer,
    "class_changed": _placement,
    "offer_changed": _offer,
    "round_cancelled": _cancelled,
    "relation_code": _relation_asked,
    "relation_given": _relation,
    "relation_ended": _relation,
    "relation_answer": _relation_answered,
    "done_in_your_name": _done,
    "slip_used": _slip_used,
}
