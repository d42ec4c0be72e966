"""The texts of notices: short, whole in themselves, and they say whom to ring.

Facts for every text: name, school, phone, link. A text may use %(section)s, %(place)s, %(when)s,
%(until)s, %(round)s, %(receipt)s, %(starts)s, %(result)s, %(code)s, %(who)s, %(what)s where its
kind gives them.
"""

from collections.abc import Mapping

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eldercampus.language.unlinked_notices import UNLINKED

LABELS: dict[str, LazyString] = {
    "channel.sms": _l("Text message"),
    "channel.email": _l("E-mail"),
    "channel.call": _l("Phone call"),
    "channel.letter": _l("Letter"),
    "notice.queued": _l("waits"),
    "notice.claimed": _l("is being sent"),
    "notice.sent": _l("sent"),
    "notice.delivered": _l("arrived"),
    "notice.failed": _l("could not be sent"),
    "notice.in_doubt": _l("unclear whether it was sent"),
    "notice.replaced": _l("replaced"),
    "notice.dropped": _l("no longer needed"),
    "task.queued": _l("waits its turn"),
    "task.running": _l("at work"),
    "task.done": _l("done"),
    "task.failed": _l("failed"),
    "task_kind.draw": _l("Draw"),
    "task_kind.replay": _l("Replay"),
    "job.open_rounds": _l("Rounds opened"),
    "job.close_rounds": _l("Rounds closed"),
    "job.publish_rounds": _l("Results published"),
    "job.lapse_offers": _l("Offers that ran out"),
    "job.lapse_placements": _l("Seats not confirmed in time"),
    "job.settle_vacancies": _l("Free seats offered"),
    "job.deliver": _l("Messages sent"),
    "job.confirmation_due": _l("Reminders to confirm"),
    "job.first_lesson": _l("Reminders of first lessons"),
    "job.clear_away": _l("Old rows removed"),
    "event.opens_at": _l("Applying begins"),
    "event.closes_at": _l("Applying ends"),
    "event.freezes_at": _l("The list can be frozen"),
    "event.draws_at": _l("The public draw"),
    "event.publishes_at": _l("Results may be published"),
    "event.offers_end": _l("An offer runs out"),
    "event.answers_end": _l("Seats not confirmed become free"),
}

SENTENCES: dict[str, LazyString] = {
    "task_not_found": _l("There is no such task."),
}

TEXTS: dict[str, LazyString] = {
    "sign_in_code": _l(
        "%(school)s: your code is %(code)s. It is good for 10 minutes. Give it to nobody."
    ),
    "application_receipt": _l(
        "%(name)s: your application for %(round)s is in. Receipt number %(receipt)s, please keep "
        "it. You can change it until %(until)s. Questions: %(phone)s."
    ),
    "application_withdrawn": _l(
        "%(name)s: your application for %(round)s has been withdrawn. You can apply again until "
        "%(until)s. If it was not you, ring %(phone)s."
    ),
    "merged": _l(
        "%(name)s: too few people chose %(listed)s, so it is held together with the same course "
        "here: %(when)s, %(place)s. Your application names this class now. If it does not suit "
        "you, ring %(phone)s."
    ),
    "result_published": _l(
        "%(name)s: the results of %(round)s are out. %(result)s See them at %(link)s or ring "
        "%(phone)s."
    ),
    "confirmation_due": _l(
        "%(name)s: will you come to %(section)s? Please tell us by %(until)s: %(link)s or ring "
        "%(phone)s."
    ),
    "placement_lapsed": _l(
        "%(name)s: we did not hear from you, so your seat in %(section)s has gone to the next "
        "person. If you still want to come, ring %(phone)s."
    ),
    "offer_made": _l(
        "%(name)s: a seat is free for you in %(section)s, %(when)s, %(place)s. Do you want it? "
        "Please answer by %(until)s: %(link)s or ring %(phone)s. After that it goes to the next "
        "person."
    ),
    "offer_lapsed": _l(
        "%(name)s: the seat in %(section)s has gone to the next person, because we did not hear "
        "from you. %(result)s Questions: %(phone)s."
    ),
    "seat_given": _l(
        "%(name)s: you have a seat in %(section)s, %(when)s, %(place)s, from %(starts)s. "
        "Questions: %(phone)s."
    ),
    "seat_taken": _l(
        "%(name)s: you no longer have a seat in %(section)s. If you do not know why, please ring "
        "%(phone)s."
    ),
    "first_lesson": _l(
        "%(name)s: %(section)s begins on %(starts)s, %(when)s, %(place)s. If you cannot come, "
        "ring %(phone)s."
    ),
    "class_changed": _l(
        "%(name)s: the hours of your class %(section)s have changed. It is now %(when)s, "
        "%(place)s. You keep your seat. If you cannot come at these hours, ring %(phone)s."
    ),
    "offer_changed": _l(
        "%(name)s: the hours of %(section)s, where a seat is free for you, have changed. It is now "
        "%(when)s, %(place)s. Do you want the seat? Please answer by %(until)s: %(link)s or ring "
        "%(phone)s."
    ),
    "round_cancelled": _l(
        "%(name)s: %(round)s has been called off, so nobody gets a seat in it. You need not do "
        "anything. Why, you can read at %(link)s or ask at %(phone)s."
    ),
    "relation_code": _l(
        "%(school)s: %(asker)s, %(who)s, asks to act for %(name)s %(until)s. That allows: "
        "%(what)s. If you want this, tell them this code: %(code)s. It is good for 24 hours and "
        "signs nobody in. If you do not want it, tell it to nobody. Questions: %(phone)s."
    ),
    "relation_given": _l(
        "%(name)s: %(who)s may act for you %(until)s. That allows: %(what)s. You can end it on any "
        "day, at %(link)s or by ringing %(phone)s."
    ),
    "relation_ended": _l(
        "%(name)s: %(who)s acts for you no more. If you did not want that, ring %(phone)s."
    ),
    "relation_answer": _l("%(school)s: %(result)s Questions: %(phone)s."),
    "done_in_your_name": _l(
        "%(name)s: %(who)s has done this in your name: %(result)s. If you do not want that, ring "
        "%(phone)s."
    ),
    "slip_used": _l(
        "%(name)s: with your receipt number and birth date somebody has signed in as you, with the "
        "%(who)s. If it was not you, ring %(phone)s at once."
    ),
}


def notice_text(kind: str, facts: Mapping[str, str], channel: str = "sms") -> str:
    """The text of a notice in the current language; without a link where none can be pressed."""
    return str(UNLINKED.get(channel, {}).get(kind) or TEXTS[kind]) % facts


def result_words(placed: int, waiting: int) -> str:
    """What came out for one person, in a sentence."""
    if placed and waiting:
        return _("You have a seat, and you are on a waiting list.")
    if placed:
        return ngettext(
            "You have a seat in %(num)d class.", "You have a seat in %(num)d classes.", placed
        )
    if waiting:
        return _("You have no seat yet. You are on a waiting list.")
    return _("You have no seat this time.")


def relation_words(result: str, name: str, what: str, until: str) -> str:
    """What a relative is told once it was given, or has ended; name: for whom they act."""
    if result == "ended":
        return _("You act for %(name)s no more.", name=name)
    given = _("You may act for %(name)s %(until)s. ", name=name, until=until)
    return given + _("That allows: %(what)s.", what=what)


def lapse_words(still_waiting: bool) -> str:
    """What an offer that ran out means for the place in the queue."""
    if still_waiting:
        return _("You are still on the waiting list, further back.")
    return _("You are no longer on this waiting list.")
