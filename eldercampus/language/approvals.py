"""Labels and sentences about second persons, decisions before a draw, and seats given by hand."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LABELS: dict[str, LazyString] = {
    "approval.asked": _l("waits for a second person"),
    "approval.given": _l("agreed to"),
    "approval.refused": _l("refused"),
    "approval_kind.round.publish": _l("Let the results come out"),
    "approval_kind.seat.give": _l("Give a seat by hand"),
    "approval_kind.seat.take": _l("Take a seat by hand"),
    "approval_kind.application.late_paper": _l("Let a form in that came in time"),
    "decision.exempt": _l("held in any case"),
    "decision.widen": _l("more seats"),
    "decision.merge": _l("held together with another class"),
    "decision.change": _l("changed in its form"),
    "decision.undone.exempt": _l("no longer held in any case"),
    "decision.undone.widen": _l("as many seats as before"),
    "announced.beacon_source": _l("The number from outside that counts"),
    "announced.beacon_where": _l("Where it is announced"),
    "announced.beacon_example": _l("How it is written"),
    "announced.spare_source": _l("What counts if it is not announced in time"),
    "announced.spare_example": _l("How the replacement number is written"),
    "remark.by_hand": _l("seat given by hand"),
}

SENTENCES: dict[str, LazyString] = {
    "approval_already_asked": _l("A second person has already been asked about this."),
    "approval_not_found": _l("There is no such request."),
    "approval_already_decided": _l("This has been decided already."),
    "approval_given_already": _l("Two people agreed to this already."),
    "approval_missing": _l("A second district officer has to agree that the results come out."),
    "result_changed": _l("This was asked for another result. Please ask once more."),
    "same_person": _l(
        "Somebody else has to decide: the second person cannot be the one who asked."
    ),
    # paper forms
    "forms_out_of_range": _l("Please write how many forms: from 1 to %(most)d."),
    "form_not_found": _l("There is no such form."),
    "form_unknown": _l(
        "No form of ours bears the number %(number)s. Please compare it with the form once more. "
        "If the form was not printed here, leave the box empty."
    ),
    "form_of_another_round": _l(
        "The form %(number)s was printed for another round. It does not count in this one. "
        "Please leave the box empty if the person wants these classes all the same."
    ),
    "form_of_another_person": _l(
        "The form %(number)s was printed for somebody else. Please look at the name on it."
    ),
    "form_used": _l(
        "The form %(number)s was keyed in for somebody else already. "
        "Please compare the number with the form once more."
    ),
    "late_paper_not_found": _l("There is no such form."),
    "late_paper_in_time": _l(
        "Applying has not ended yet. The form can be entered as usual, without a second person."
    ),
    "late_paper_overtaken": _l(
        "The application of this person was changed since the form was entered. "
        "Please say no, and have the form entered once more."
    ),
    "late_papers_open": _l(
        "Forms that came in time wait for a second person: %(count)d. "
        "Please have them looked at first."
    ),
    "list_is_fixed": _l("The list is fixed. No form can be let in any more."),
    "person_merged": _l(
        "This entry was put together with another one of the same person. "
        "Please say no, and have the form entered for the other one."
    ),
    # decisions about classes before the draw
    "exempt_already": _l("This class is held in any case already."),
    "not_wider": _l("The class has %(capacity)d seats already. Please write a larger number."),
    "decision_not_found": _l("There is no such decision."),
    "decision_overtaken": _l(
        "The class was changed since. Please look at it and decide once more."
    ),
    "change_stays": _l(
        "This was changed in the form of the class. Please change it there, with a reason."
    ),
    "merge_stays": _l("The lists were changed and people were told. This cannot be undone."),
    "merge_while_open": _l(
        "People still choose. Classes can be put together when applying has ended."
    ),
    "merge_with_itself": _l("Please choose another class."),
    "merge_other_course": _l("The other class is of another course. That cannot be put together."),
    "section_merged": _l(
        "%(course)s: too few chose this class. It is held together with %(into)s. "
        "Please take that number instead."
    ),
    "merge_has_people": _l("Somebody sits in this class or waits for it. It stays as it is."),
    "merge_listed_beside": _l(
        "People who applied in %(round)s have listed this class too. "
        "Their lists would no longer be what they handed in, so the class stays as it is."
    ),
    # seats given and taken by hand
    "override_before_results": _l("No results are out in this term yet. Please wait for the draw."),
    "override_at_rest": _l(
        "A list of this term is fixed and counts the free seats. Please wait for its results."
    ),
    "override_not_open": _l("This class takes nobody any more."),
    "override_has_seat": _l("This person has a seat in the class already."),
    "override_has_offer": _l(
        "This person is being offered a seat in the class. Please answer that for them."
    ),
    "override_same_course": _l(
        "This person sits in %(course)s, the same course. That seat has to be given back first."
    ),
    "override_clash": _l(
        "This person sits in %(course)s at the same hour. That seat has to be given back first."
    ),
    "override_enough": _l("This person has %(most)d classes. More are not possible in one term."),
    "override_gone": _l("This person cannot get a seat: they have died or have another entry."),
    "override_no_room": _l(
        "Every seat is taken or belongs to those who wait, and the room has %(places)d places. "
        "Nobody is sent away for a seat by hand."
    ),
    "override_full": _l(
        "No seat is free, and the room has no more places. No seat can be given now."
    ),
    "override_seat_ended": _l("This seat is not held any more. There is nothing to take."),
}
