"""Labels and sentences of enrolment (see the package's docstring)."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LABELS: dict[str, LazyString] = {
    # seats
    "seat.awaiting": _l("not answered yet"),
    "seat.confirmed": _l("confirmed"),
    "seat.declined": _l("given to the next"),
    "seat.lapsed": _l("not answered in time"),
    "seat.withdrawn": _l("given back"),
    "seat.transferred": _l("changed to another class"),
    "seat.removed": _l("taken off the roster"),
    "seat.completed": _l("finished"),
    "seat.live": _l("offered"),
    "seat.accepted": _l("accepted"),
    "seat.revoked": _l("taken back"),
    "remark.awaiting": _l("has not said yet"),
    "remark.new": _l("new learner"),
    "remark.from_waitlist": _l("from the waiting list"),
    "remark.joined": _l("joined later"),
    "remark.undertaking_signed": _l("undertaking signed"),
    "remark.undertaking_due": _l("undertaking to be signed"),
    "group.1": _l("goes on from the stage before"),
    "group.2": _l("applied in time"),
    "group.3": _l("came later"),
    # applying
    "application.draft": _l("not handed in yet"),
    "application.submitted": _l("handed in"),
    "application.withdrawn": _l("withdrawn"),
    "channel.web": _l("on the web"),
    "channel.phone": _l("by phone"),
    "channel.counter": _l("at the counter"),
    "channel.paper": _l("on paper"),
    # rounds
    "round.draft": _l("being prepared"),
    "round.open": _l("applying"),
    "round.closed": _l("applying has ended"),
    "round.frozen": _l("the list is fixed"),
    "round.drawn": _l("drawn"),
    "round.published": _l("results are out"),
    "round.cancelled": _l("cancelled"),
    "moment.opens_at": _l("Applying begins"),
    "moment.closes_at": _l("Applying ends"),
    "moment.freezes_at": _l("The list is fixed"),
    "moment.draws_at": _l("The number from outside is announced"),
    "moment.publishes_at": _l("The results come out"),
    "moment.confirm_by_at": _l("Last moment for people to say whether they come"),
    "channel.": _l("other ways together"),
}

SENTENCES: dict[str, LazyString] = {
    # applying
    "round_not_open": _l("Applying has not begun yet. It begins on %(opens_at)s."),
    "round_closed": _l(
        "Applying ended on %(closes_at)s. Nothing was changed. What was handed in before counts. "
        "Ring us if you have a question."
    ),
    "no_open_round": _l("Nobody can apply just now. The home page says when it begins again."),
    "no_application": _l(
        "There is no application that was handed in. What you just sent was not taken."
    ),
    "round_went_on": _l(
        "Applying has ended since you opened this page. Nothing was changed. "
        "Please read the page once more."
    ),
    "round_published": _l("The results are out. Please look at My classes, and answer there."),
    "too_many_choices": _l(
        "There is room for %(most)d classes on the list. Take one off before you add another."
    ),
    "section_twice": _l("%(course)s stands on the list already. Once is enough."),
    "unknown_section": _l("We do not know this class. Please choose it from the list again."),
    "unknown_code": _l("There is no class with the number %(code)s in this term."),
    "section_of_another_term": _l(
        "%(course)s belongs to another term. Please choose a class of this term."
    ),
    "section_closed": _l("%(course)s takes nobody any more. Please take it off the list."),
    "no_choice": _l("There is no class on the list yet. Choose at least one."),
    "wants_out_of_range": _l("Please say how many courses you would like: from 1 to %(most)d."),
    "second_application": _l(
        "This person has an application in this round already. Change that one instead."
    ),
    "stale_form": _l(
        "The list was changed in another window meanwhile. What was kept last stands below. "
        "Please look at it and send it again."
    ),
    "class_too_young": _l(
        "%(course)s is for people of %(limit)d and over. On %(starts_on)s the age is %(age)d. "
        "Please take the class off the list."
    ),
    "class_not_for_newcomers": _l(
        "%(course)s goes on from an earlier class that has to be finished first. "
        "Please take it off the list, or choose the first stage."
    ),
    "person_died": _l("This person has died. Nobody can apply in their name."),
    "paper_not_in_time": _l(
        "A form can be entered now only if it arrived from %(opens_at)s to %(closes_at)s. "
        "Please look at the stamp once more."
    ),
    "paper_is_older": _l(
        "This person handed in something newer, or took it back, on %(at)s. That counts, "
        "not the older form."
    ),
    # rounds
    "round_not_found": _l("There is no such round."),
    "run_not_found": _l("There is no such draw."),
    "application_not_found": _l("There is no such application."),
    "section_not_found": _l("There is no such class."),
    "term_not_found": _l("There is no such term."),
    "illegal_transition": _l("That is not possible now. Somebody may have done it already."),
    "too_early": _l("This can be done from %(at)s on. People were told so."),
    "places_without_point": _l(
        "For %(count)d communities we do not know where they lie, nor their town. "
        "Please load the points first."
    ),
    "beacon_not_named": _l(
        "Nobody has said yet which number from outside counts, where it is announced, "
        "and how it is written. Please write that down first."
    ),
    "spare_not_named": _l(
        "Nobody has said yet which number counts if the first one is not announced in time, "
        "and how it is written. Please write that down first."
    ),
    "beacon_must_be_new": _l(
        "The number from outside may be known since %(at)s. Its day can only be moved together "
        "with another number, one that was not named in this round before."
    ),
    "beacon_form_differs": _l(
        "Please write the number in the form that was announced, sign for sign: %(example)s. "
        "Written in another way it would give another draw."
    ),
    "spare_after_void": _l(
        "“Days until the replacement number from outside counts” and “Days until a draw whose "
        "envelope stays shut is void”: these two rules do not fit together here. The draw would be "
        "void before the replacement counts. Please change one of the rules, or the dates."
    ),
    "beacon_may_exist": _l(
        "The number from outside may be known since %(at)s. Please choose a later one "
        "and change the dates."
    ),
    "pairs_open": _l("%(count)d pairs may be the same person. Please settle them first."),
    "offers_live": _l(
        "Seats of this term that are offered and not answered yet: %(count)d. "
        "Please ring these people, "
        "or wait until their time is over."
    ),
    "other_round_frozen": _l(
        "Another round of this term, %(other)s, is not published yet. It counts on the same seats."
    ),
    "beacon_not_confirmed": _l("Two people have to look up the number from outside first."),
    "beacon_missing": _l("Please write the number from outside."),
    "beacon_not_typed": _l("Nobody has written the number from outside yet."),
    "beacon_same_person": _l(
        "You wrote the number yourself. Somebody else has to look it up and write it too."
    ),
    "beacon_differs": _l(
        "This is not what the first person wrote. Please look it up again, both of you."
    ),
    "beacon_replaced": _l(
        "The replacement number counts now. The one named first does not count any more."
    ),
    "spare_too_early": _l("Until %(at)s only the number that was named first counts."),
    "secret_withheld": _l(
        "The envelope was not opened in time, so this draw is void. "
        "The round can only be cancelled."
    ),
    "beacon_confirmed_already": _l(
        "The number from outside was confirmed already. It stays as it is."
    ),
    "draw_waits": _l("A draw of this round is running already. Please wait until it is done."),
    "dry_run_too_late": _l(
        "The list was fixed before this dry run began, so it was not made. "
        "What comes now is the draw itself."
    ),
    "round_not_frozen": _l("The list is not fixed yet."),
    "round_not_drawn": _l("There was no draw yet."),
    "not_in_draw": _l("This person took no part in this draw."),
    "fact_unknown": _l("Please choose what has to be put right."),
    "community_missing": _l("Please choose where the person really lived."),
    "replay_without_difference": _l(
        "The list has it like this already. There is nothing to put right."
    ),
    "round_file_refused": _l("Something does not fit, and nothing was fixed: %(line)s"),
    "seats_changed": _l(
        "%(section)s has fewer free seats than at the fixing of the list. Nothing was published."
    ),
    "round_code_wrong": _l("Please write 2 to 40 small letters, digits and hyphens."),
    "round_code_taken": _l("There is a round %(code)s already. Please choose another short name."),
    "moments_out_of_order": _l("This has to come after the one above."),
    "closes_in_past": _l("This is over already. Please choose a later day."),
    "moment_moved_forward": _l("People were told this date. It can only be moved to a later one."),
    "reason_missing": _l("Please write why."),
    "campus_is_fixed": _l(
        "People were drawn for this class, wait for it or sit in it, and chose it for where it is. "
        "It stays at this campus. Please plan a new class at the other one."
    ),
    # deaths
    "died_in_future": _l("This day lies in the future. Please look at it once more."),
    "died_before_birth": _l(
        "The birth date is %(born_on)s, later than this day. Please look at it once more."
    ),
    # seats after the draw
    "joining_not_open": _l("The results are not out yet. Until then nobody can join a class."),
    "joining_over": _l("The last day to join a class of this term was %(on)s."),
    "join_closed": _l("%(course)s takes nobody any more."),
    "join_same_course": _l(
        "You sit in %(course)s already, the same course. To change, give that seat back first."
    ),
    "join_clash": _l(
        "You sit in %(course)s at the same hour. To change, give that seat back first."
    ),
    "join_other_offer": _l(
        "A seat in another class is being kept for you. Please answer that first."
    ),
    "enough_courses": _l("You have %(most)d classes. More are not possible in one term."),
    "home_without_point": _l(
        "We do not know where your community lies, so we cannot put you in line. Please ring us."
    ),
    "automatic_in_form": _l(
        "Applying is still open. Please change this in the application and hand it in again."
    ),
    "no_seat_free": _l("The last seat has just gone. Please load the page again."),
    "offer_answered": _l("You have answered this already. To change your mind, please ring us."),
    "offer_over": _l(
        "The time to answer ended on %(ends_at)s. The seat has gone to the next person."
    ),
    "offer_unfit": _l(
        "You have taken another class meanwhile that does not go together with this one."
    ),
    "offer_not_found": _l("There is no such offer."),
    "placement_not_found": _l("There is no such seat."),
    "entry_not_found": _l("There is no such place on a waiting list."),
}
