"""What each kind of notice is called where its text is shown."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LABELS: dict[str, LazyString] = {
    "notice_kind.sign_in_code": _l("A code"),
    "notice_kind.application_receipt": _l("Your application is in"),
    "notice_kind.application_withdrawn": _l("Application taken back"),
    "notice_kind.merged": _l("Two classes were put together"),
    "notice_kind.result_published": _l("The results are out"),
    "notice_kind.confirmation_due": _l("Will you come?"),
    "notice_kind.placement_lapsed": _l("A seat went to the next"),
    "notice_kind.offer_made": _l("A seat is free for you"),
    "notice_kind.offer_lapsed": _l("A free seat went to the next"),
    "notice_kind.seat_given": _l("You have a seat"),
    "notice_kind.seat_taken": _l("A seat was taken off you"),
    "notice_kind.first_lesson": _l("The first lesson"),
    "notice_kind.class_changed": _l("The hours have changed"),
    "notice_kind.offer_changed": _l("The hours of a free seat have changed"),
    "notice_kind.round_cancelled": _l("A round was called off"),
    "notice_kind.relation_code": _l("A code for a relative"),
    "notice_kind.relation_given": _l("Somebody may act for you"),
    "notice_kind.relation_ended": _l("Somebody acts for you no more"),
    "notice_kind.relation_answer": _l("An answer about acting for somebody"),
    "notice_kind.slip_used": _l("Somebody signed in with your receipt number"),
    "notice_kind.done_in_your_name": _l("Done in your name"),
}
SENTENCES: dict[str, LazyString] = {}
