"""/my/offers: a seat that is kept for the person, answered by who is signed in; asked for twice."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eldercampus import clock
from eldercampus.db import transaction
from eldercampus.enrolment.models import Offer
from eldercampus.enrolment.offers import accept_offer, decline_offer
from eldercampus.enrolment.seat_queries import find_given_up, get_offer_of
from eldercampus.errors import DomainError
from eldercampus.language import name_of, sentence
from eldercampus.web.access import allow
from eldercampus.web.learner.whom import account, current_person

pages = Blueprint("my_offers", __name__)

_ANSWERS = {"yes": accept_offer, "no": decline_offer}


@pages.post("/my/offers/<int:offer_id>")
@allow("own.answer")
def ask(offer_id: int) -> ResponseReturnValue:
    """Asks once more; nothing is answered yet."""
    offer, answer = _own(offer_id), request.form.get("answer")
    if answer not in _ANSWERS or offer.state != "live":
        return redirect(url_for("my.index"), 303)
    return render_template(
        "learner/offer_sure.html",
        offer=offer,
        section=offer.section,
        answer=answer,
        given_up=find_given_up(offer),
    )


@pages.post("/my/offers/<int:offer_id>/answer")
@allow("own.answer")
def answer(offer_id: int) -> ResponseReturnValue:
    offer, wish = _own(offer_id), request.form.get("answer")
    course = name_of(offer.section.course)
    if wish in _ANSWERS:
        try:
            with transaction():
                _ANSWERS[wish](offer_id, now=clock.now(), account_id=account().id)
        except DomainError as error:
            flash(sentence(error), "mind")
        else:
            flash(_answered(wish, course))
    return redirect(url_for("my.index"), 303)


def _own(offer_id: int) -> Offer:
    return get_offer_of(offer_id, current_person("answer").id)


def _answered(wish: str, course: str) -> str:
    if wish == "yes":
        return _("The seat in %(course)s is yours. We look forward to seeing you.", course=course)
    return _("Thank you for saying so. The seat in %(course)s goes to the next.", course=course)
