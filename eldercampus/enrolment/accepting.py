"""Whether a seat that comes free is taken for the person at once, or they are asked first."""

from datetime import datetime

from eldercampus.audit.chain import record
from eldercampus.catalogue.models import Term
from eldercampus.enrolment.application_queries import get_application
from eldercampus.enrolment.models import Application
from eldercampus.enrolment.vacancies import joining_ends_at
from eldercampus.errors import DomainError
from eldercampus.people.representing import tell_of


def choose_automatic(
    application_id: int, wish: bool, *, now: datetime, account_id: int
) -> Application:
    """Changes the wish of an application that was handed in, after the close, as long as seats are
    given from the lists: until the end of the last joining day. Twice has one effect.

    Refused: automatic_in_form (while applying it stands in the form), no_application (withdrawn or
    never handed in), joining_over.
    """
    application = get_application(application_id)
    round_ = application.round
    if round_.state == "open":
        raise DomainError("automatic_in_form")
    if application.state != "submitted" or application.withdrawn_at is not None:
        raise DomainError("no_application")
    if round_.state == "cancelled" or not may_choose(round_.term, now):
        raise DomainError("joining_over", on=round_.term.last_joining_on)
    if application.accept_automatically != wish:
        application.accept_automatically = wish
        subject = f"application:{application.id}"
        record("application.automatic", subject, now=now, account_id=account_id, wish=wish)
        tell_of(application.person_id, account_id, "automatic", now, subject=subject, again=now)
    return application


def may_choose(term: Term, now: datetime) -> bool:
    """Whether seats of the term are still given from the lists."""
    return now <= joining_ends_at(term)
