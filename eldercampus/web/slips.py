"""Results on paper, for whoever may see them: the file that the learner's and the staff's page
send."""

from collections.abc import Sequence

from flask import current_app
from flask.wrappers import Response

from eldercampus import clock
from eldercampus.enrolment.explaining import Explanation, find_place
from eldercampus.language import name_of
from eldercampus.paper.slip import Sender, slip_pdf
from eldercampus.people.models import Person
from eldercampus.web.context import campus_phone, current_school, office_hours
from eldercampus.web.downloads import attachment

_PDF = "application/pdf"


def slip_response(results: Sequence[tuple[Person, Explanation]], name: str) -> Response:
    """name: of the file, ASCII, without any person's."""
    places = [(person, found, find_place(found)) for person, found in results]
    pdf = slip_pdf(places, sender_to(results[0][0]), now=clock.now())
    return attachment(pdf, f"{name}.pdf", _PDF)


def sender_to(person: Person) -> Sender:
    """Who hands a sheet out to this person."""
    return sender_by(campus_phone(person))


def sender_by(phone: str | None) -> Sender:
    """phone: of the office that hands it out, else the district's is named."""
    school = current_school()
    return Sender(
        school=name_of(school) if school else "",
        phone=phone or (school.phone if school else ""),
        hours=office_hours(),
        public_url=current_app.config["PUBLIC_URL"],
        demonstration=current_app.config["DEMO"],
    )
