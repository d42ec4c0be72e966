"""Every kind of notice, as data: when it may go, and what happens when it is late."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """quiet: kept within 08:00–20:00; if_late: "send" anyway or "drop" once the matter is over."""

    quiet: bool = True
    if_late: str = "send"
    erase_after_sending: bool = False


KINDS: dict[str, Kind] = {
    "sign_in_code": Kind(quiet=False, if_late="drop", erase_after_sending=True),
    "application_receipt": Kind(),
    "application_withdrawn": Kind(),
    "merged": Kind(),
    "result_published": Kind(),
    "confirmation_due": Kind(if_late="drop"),
    "placement_lapsed": Kind(),
    "offer_made": Kind(if_late="drop"),
    "offer_lapsed": Kind(),
    "seat_given": Kind(),
    "seat_taken": Kind(),
    "first_lesson": Kind(if_late="drop"),
    "class_changed": Kind(if_late="drop"),
    "offer_changed": Kind(if_late="drop"),
    "round_cancelled": Kind(),
    "relation_code": Kind(quiet=False, if_late="drop", erase_after_sending=True),
    "relation_given": Kind(if_late="drop"),
    "relation_ended": Kind(),
    "relation_answer": Kind(),
    "done_in_your_name": Kind(),
    "slip_used": Kind(),
}
