"""Labels and sentences of people, accounts and sign-in (see the package's docstring)."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LABELS: dict[str, LazyString] = {
    "undertaking.age": _l("80 and over"),
    "undertaking.physical": _l("Physical courses"),
    "role.learner": _l("learner"),
    "role.monitor": _l("class monitor"),
    "role.teacher": _l("teacher"),
    "role.clerk": _l("clerk"),
    "role.campus_head": _l("head of campus"),
    "role.town_officer": _l("town officer"),
    "role.district_officer": _l("district officer"),
    "role.auditor": _l("auditor"),
    "sex.f": _l("woman"),
    "sex.m": _l("man"),
    "news.sms": _l("a text message"),
    "news.call": _l("a telephone call"),
    "news.letter": _l("a letter"),
    "news.email": _l("an e-mail"),
    "news.relative": _l("through a relative"),
    "contact.mobile": _l("mobile"),
    "contact.landline": _l("landline"),
    "contact.email": _l("e-mail"),
    "contact.address": _l("address"),
    "language.zh": _l("Chinese"),
    "language.en": _l("English"),
    "relation.spouse": _l("husband or wife"),
    "relation.daughter": _l("daughter"),
    "relation.son": _l("son"),
    "relation.grandchild": _l("grandchild"),
    "relation.in_law": _l("son-in-law or daughter-in-law"),
    "relation.relative": _l("another relative"),
    "relation.neighbour": _l("neighbour or friend"),
    "representation.self": _l("yourself"),
    "recognised.id_card": _l("I saw the identity card"),
    "recognised.known": _l("I know the person myself"),
    "recognised.call": _l("On the telephone: name, birth date and address were right"),
    "tag.disability": _l("disability certificate"),
    "tag.low_income": _l("low-income certificate"),
    "tag_state.claimed": _l("not looked at yet"),
    "tag_state.verified": _l("seen and right"),
    "tag_state.refused": _l("not accepted"),
    "data_request.correct": _l("something put right"),
    "data_request.erase": _l("everything erased"),
    "data_request_state.asked": _l("open"),
    "data_request_state.done": _l("done"),
    "data_request_state.refused": _l("not done"),
    "data_request_state.withdrawn": _l("taken back"),
    "consent.personal": _l("We may keep what is needed for classes and seats"),
    "consent.sensitive": _l("We may keep identity number and certificates, locked"),
    "erasing.application": _l("Take back the application of the round that is under way."),
    "erasing.seat": _l("Give back your seat in this term."),
    "erasing.offer": _l("Answer the offer of a seat."),
    "erasing.waiting": _l("Leave the waiting lists of this term."),
    "pair.id_number": _l("the same identity number"),
    "pair.name_birth": _l("the same name and birth date"),
    "pair.birth_phone": _l("the same birth date and phone"),
}

# who somebody is to the account that acts for them: (the account's relation, their sex)
_OF_YOU: dict[tuple[str, str], LazyString] = {
    ("daughter", "f"): _l("your mother"),
    ("daughter", "m"): _l("your father"),
    ("son", "f"): _l("your mother"),
    ("son", "m"): _l("your father"),
    ("spouse", "f"): _l("your wife"),
    ("spouse", "m"): _l("your husband"),
    ("grandchild", "f"): _l("your grandmother"),
    ("grandchild", "m"): _l("your grandfather"),
    ("in_law", "f"): _l("your mother-in-law"),
    ("in_law", "m"): _l("your father-in-law"),
    ("neighbour", "f"): _l("your neighbour or friend"),
    ("neighbour", "m"): _l("your neighbour or friend"),
}


def of_you(relation: str, sex: str) -> str:
    """your mother: who a person of this sex is to the one with this relation; "" for oneself."""
    if not relation:
        return ""
    return str(_OF_YOU.get((relation, sex), _l("your relative")))


SENTENCES: dict[str, LazyString] = {
    "signed_later": _l("This day has not come yet. Please look at the paper again."),
    "witness_missing": _l("Please write who saw it signed."),
    # identity numbers
    "identity_length": _l("An identity number has 18 signs. This one has %(length)d."),
    "identity_signs": _l("An identity number has digits only, and perhaps an X at the end."),
    "identity_birth_date": _l(
        "The seventh to fourteenth digits are the birth date, and this is no date. "
        "Please look at the card once more."
    ),
    "identity_check_digit": _l(
        "The last sign of the identity number does not fit. Please look at the card once more."
    ),
    "identity_other_birth_date": _l(
        "The identity number says another birth date. Please look at both once more."
    ),
    "identity_other_sex": _l(
        "The identity number and the answer “woman” or “man” do not fit together. "
        "Please look at both once more."
    ),
    # one's own data
    "text_missing": _l("Please write what is wrong."),
    "text_long": _l("Please write less: at most %(most)d signs."),
    "not_own": _l("Only the person themselves can ask for this, or somebody of staff for them."),
    "data_request_not_found": _l("There is no such request about data."),
    "data_request_answered": _l("Somebody else has answered this meanwhile."),
    "not_an_erasure": _l("This request does not ask for erasing."),
    "erasing_hindered": _l(
        "Something is under way still: an application, a seat, an offer or a waiting list. "
        "That has to be over first."
    ),
    # entering people
    "name_missing": _l("Please write the name."),
    "name_odd": _l("A name has letters or Chinese characters. Please look at it once more."),
    "phone_missing": _l("Please write the number that we shall ring or write to."),
    "mailbox_missing": _l("Please write the e-mail address."),
    "mailbox_odd": _l(
        "An e-mail address looks like wang@example.com. Please look at it once more."
    ),
    "address_missing": _l("Please write the address."),
    "not_a_mobile": _l(
        "Text messages need a mobile number; it has 11 digits. Please look at it once more, "
        "or go back and choose a telephone call."
    ),
    "unknown_news": _l("Please choose how we shall tell you."),
    "born_in_future": _l("The birth date lies in the future. Please look at the year once more."),
    "born_too_early": _l("%(year)d is too long ago. Please look at the year once more."),
    "unknown_community": _l("Please choose the community or village from the list."),
    "too_young": _l(
        "This class is for people of %(limit)d and over. On the first day of term, "
        "%(starts_on)s, this person is %(age)d."
    ),
    "not_for_newcomers": _l(
        "This class goes on from the one before. Please choose the first stage to begin with."
    ),
    "person_not_found": _l("We did not find this person."),
    "representation_not_found": _l("You do not act for this person any more."),
    # signing in
    "code_sent_recently": _l(
        "We sent a code less than a minute ago, and it still counts. "
        "If it does not come, wait a minute and ask again."
    ),
    "too_many_codes": _l(
        "Too many codes were asked for. Please try again in an hour, or ring us: we help. "
        "With a receipt number you can go on at once, without a code."
    ),
    "code_over": _l(
        "This code does not count any more. Press the lower button, and a new one comes."
    ),
    "code_wrong": _l("The six digits are not right. Please look again. Tries left: %(left)d."),
    "birth_date_needed": _l(
        "This number was not used here for a long time. Please write the birth date too, "
        "so that nobody else gets in with your old number."
    ),
    "birth_date_other": _l("We have another birth date. Please look again, or ring us."),
    "account_ended": _l("This sign-in was ended. Please ring us: we look with you what to do."),
    "receipt_not_found": _l(
        "We find no application with this receipt number and this birth date. "
        "Please look at the slip once more, or ring us: we look with you."
    ),
    "too_many_receipts": _l(
        "That was tried too often. Please try again in an hour, or ring us: we look with you."
    ),
    "desk_code_over": _l(
        "This code does not count any more. "
        "Please ask whoever read it out for a new one, or ring us."
    ),
    "desk_code_wrong": _l("The six digits are not right. Please look again. Tries left: %(left)d."),
    "too_many_desk_codes": _l(
        "Too many codes were made. Ten a day can be made for one person, sixty an hour by you. "
        "Please apply or answer for them at the counter instead."
    ),
    "not_recognised": _l("Please choose how you know who it is."),
    "phone_taken": _l("This phone signs in for somebody else already. Please ring us."),
    "too_many_tries": _l("Too many tries. Please wait a quarter of an hour, or ring us."),
    "sign_in_failed": _l(
        "User name, password or code is not right. Please try again. "
        "If you do not know them any more, ask the district office for new ones."
    ),
    "claim_not_found": _l(
        "We find nobody with this receipt number and this birth date. "
        "Please look at the slip once more, or ring us."
    ),
    "news_not_given": _l(
        "You may not answer for this person, so their news cannot go to you or to a new number. "
        "They can allow it, or ring us."
    ),
    "own_way_stays": _l(
        "What stands here belongs to the person. Only they can change it, or we when they ring us."
    ),
    # accounts
    "username_odd": _l(
        "A user name has 2 to 40 small letters, digits, points, hyphens or underscores."
    ),
    "username_taken": _l("The user name %(username)s is taken already."),
    "password_short": _l("A password has at least %(least)d characters."),
    "role_place": _l(
        "Clerks, teachers and heads need a campus, town officers a town, and others neither."
    ),
    "grant_stands": _l("The account has this role already."),
    "grant_not_found": _l("The account does not have this role."),
    "account_not_found": _l("There is no such account."),
    "seal_broken": _l(
        "This cannot be read: it was locked with another key. Please tell who runs the system."
    ),
    # staff
    "reason_missing": _l("Please write the reason. Others should understand it later."),
    "pair_not_found": _l("There is no such pair."),
    "pair_already_settled": _l("Somebody else has settled this pair meanwhile."),
    "merge_while_drawing": _l(
        "Both stand in a round that is being drawn. Please settle them after the results are out."
    ),
    "merge_same_class": _l(
        "Both hold or are offered a seat in %(course)s. "
        "Please give one of the seats back first, then settle them."
    ),
    "tag_already_decided": _l("Somebody else has decided this meanwhile."),
    "identity_not_given": _l("No identity number was given."),
    "tag_not_found": _l("There is no such claim."),
    "evidence_missing": _l("Please write what you saw, for example the certificate's number."),
    "valid_until_past": _l("The certificate is no longer valid on that day."),
    "form_key_missing": _l("The page was not sent whole. Please load it again and send it again."),
    "form_key_foreign": _l("This page belongs to another sign-in. Please load it again."),
}
