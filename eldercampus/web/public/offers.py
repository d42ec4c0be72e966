"""/offers/TOKEN: a seat that is kept for somebody; the link is the right to answer, once.

Looking changes nothing. An answer is asked for twice, so that a slip of the finger does no harm.
"""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.models import Offer
from eldercampus.enrolment.offers import accept_offer, decline_offer, is_over
from eldercampus.enrolment.seat_queries import (
    find_given_up,
    first_days,
    get_offer_by_token,
    list_held_sections,
    metres_home,
)
from eldercampus.errors import DomainError, NotFound
from eldercampus.language import sentence
from eldercampus.web.access import allow

pages = Blueprint("offers", __name__)

_ANSWERS = {"yes": accept_offer, "no": decline_offer}


@pages.get("/offers/<token>")
@allow("offer.answer_by_link")
def show(token: str) -> ResponseReturnValue:
    offer = _opened(token)
    now = clock.now()
    if offer.state != "live" or is_over(offer.ends_at, now):
        return _page("offers/ended.html", offer, still_waiting=_stays_on_the_list(offer))
    held = list_held_sections(offer.person_id, offer.section.term_id)
    return _page("offers/show.html", offer, now=now, held=held, given_up=find_given_up(offer))


@pages.post("/offers/<token>")
@allow("offer.answer_by_link")
def ask(token: str) -> ResponseReturnValue:
    """Asks once more; nothing is answered yet."""
    offer, answer = _opened(token), request.form.get("answer")
    if answer not in _ANSWERS or offer.state != "live":
        return redirect(url_for("offers.show", token=token), 303)
    return _page("offers/sure.html", offer, answer=answer, given_up=find_given_up(offer))


@pages.post("/offers/<token>/answer")
@allow("offer.answer_by_link")
def answer(token: str) -> ResponseReturnValue:
    offer, wish = _opened(token), request.form.get("answer")
    if wish in _ANSWERS:
        try:
            with transaction():
                _ANSWERS[wish](offer.id, now=clock.now(), through="link")
        except DomainError as error:
            flash(sentence(error), "mind")
    return redirect(url_for("offers.show", token=token), 303)


@pages.errorhandler(NotFound)
def unknown(_error: NotFound) -> ResponseReturnValue:
    """A link that opens nothing: cut short, mistyped, or somebody else's guess."""
    return render_template("offers/unknown.html"), 404


def _opened(token: str) -> Offer:
    """The offer of the link; the page is about its person, so their campus is the one to ring."""
    offer = get_offer_by_token(token)
    g.person = offer.person
    return offer


def _stays_on_the_list(offer: Offer) -> bool:
    """After the first offer that ran out, also while the clock has yet to end it."""
    if offer.state == "live":
        return offer.entry.lapses == 0
    return offer.state == "lapsed" and offer.entry.state == "waiting"


def _page(name: str, offer: Offer, **more: object) -> str:
    section = offer.section
    return render_template(
        name,
        offer=offer,
        person=offer.person,
        section=section,
        first_day=first_days([section.id]).get(section.id),
        metres=metres_home(offer.person, [section]).get(section.id),
        **more,
    )
