"""Applying: a draft that is kept, a version handed in that counts, a receipt, a withdrawal.

Editing works on a copy (Application.draft); what was handed in last (state, wants and the Choice
rows) counts until the copy is handed in. A withdrawal after the close is noted (withdrawn_at) and
acts at publishing; the state stays "submitted" until then.

After the close nothing more is taken in but paper that arrived before it, until the list is frozen.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from eldercampus.audit.chain import record
from eldercampus.db import db, rows_changed
from eldercampus.enrolment.application_queries import (
    draft_of,
    find_application,
    find_open_round,
    first_draft,
)
from eldercampus.enrolment.choosing import (
    Draft,
    check_list,
    check_open,
    check_wants,
    check_wishes,
)
from eldercampus.enrolment.models import Application, Choice, Round
from eldercampus.enrolment.receipts import unused_receipts
from eldercampus.enrolment.states import APPLICATION, after
from eldercampus.errors import DomainError, NotFound
from eldercampus.notices.outbox import drop_notices, queue_notice
from eldercampus.people.models import Person
from eldercampus.people.representing import Act, tell_of


def start_application(
    round_id: int,
    person_id: int,
    *,
    channel: str,
    clerk_id: int | None,
    now: datetime,
    arrived_at: datetime | None = None,
    receipt: str | None = None,
    choices: Sequence[int] = (),
) -> Application:
    """A draft with these choices, a number from the start, and the answers of last time.

    Refused: round_not_open, round_closed, second_application, and what check_list refuses.
    arrived_at, here and below: the stamp on a paper form, which lets it in after the close;
    refused besides: paper_not_in_time, paper_is_older. receipt: the number printed on that form.
    """
    round_ = _taking_round(round_id, now, arrived_at)
    check_list(round_, choices)
    application = Application(
        round_id=round_id,
        person_id=person_id,
        draft=first_draft(round_, person_id, choices),
        receipt=receipt or unused_receipts(1)[0],
        channel=channel,
        clerk_id=clerk_id,
        arrived_at=arrived_at,
        created_at=now,
        changed_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(application)
    except IntegrityError:
        if find_application(round_id, person_id) is None:
            raise
        raise DomainError("second_application") from None
    return application


def save_draft(
    application_id: int,
    draft: Draft,
    *,
    version: int,
    now: datetime,
    arrived_at: datetime | None = None,
) -> int:
    """Keeps what was typed; gives the new version.

    version: the one that the page showed; where somebody saved in between, stale_form is raised and
    what they saved stands. The list is checked (too_many_choices, section_twice …), and wants
    where given.
    """
    application = _locked(application_id)
    round_ = _taking_round(application.round_id, now, arrived_at)
    check_list(round_, draft["choices"])
    if draft["wants"] is not None:
        check_wants(round_, draft["wants"])
    return _keep(application, draft, version, now)


def check_pick(section_id: int, now: datetime) -> None:
    """Whether somebody not known yet may put the section on a list: no_open_round, unknown_section,
    section_of_another_term and section_closed are refused."""
    round_ = find_open_round(now)
    if round_ is None:
        raise DomainError("no_open_round")
    for section in check_list(round_, [section_id]):
        check_open(section)


def add_choice(application_id: int, section_id: int, *, now: datetime) -> int:
    """Puts one more section at the end of the list; gives the new version. A full list, a section
    that stands there already and one that takes nobody are refused."""
    application = _locked(application_id)
    round_ = _taking_round(application.round_id, now)
    draft = draft_of(application)
    sections = check_list(round_, [*draft["choices"], section_id])
    check_open(sections[-1])
    draft["choices"] = [section.id for section in sections]
    return _keep(application, draft, application.version, now)


def discard_draft(application_id: int, *, now: datetime) -> None:
    """Gives up changes that were not handed in; what was handed in before stands."""
    application = _locked(application_id)
    if application.state != "draft":
        application.draft = None
        application.version += 1
        application.changed_at = now


def submit_application(
    application_id: int,
    *,
    now: datetime,
    account_id: int | None,
    version: int | None = None,
    arrived_at: datetime | None = None,
) -> Application:
    """Hands the draft in: it counts from now on. The receipt number stays through later changes.

    Handing in again without a change has no second effect. version: what the person read before
    sending; None where there was no page. Refused: everything of choosing.check_wishes, and where
    the round is not open.
    """
    application = _locked(application_id)
    round_ = _taking_round(application.round_id, now, arrived_at)
    if application.state == "submitted" and application.draft is None:
        return application
    if version is not None and version != application.version:
        raise DomainError("stale_form")
    draft = draft_of(application)
    person = db.session.get_one(Person, application.person_id)
    sections = check_wishes(round_, person, draft)
    act: Act = "change" if application.state == "submitted" else "apply"
    application.state = after(APPLICATION, "application", application.state, "submit")
    application.receipt = application.receipt or unused_receipts(1)[0]
    application.wants = check_wants(round_, draft["wants"])
    application.accept_automatically = bool(draft["accept_automatically"])
    application.draft = None
    application.submitted_at = application.changed_at = now
    application.withdrawn_at = None
    application.version += 1
    _write_choices(application.id, [section.id for section in sections])
    _tell(application, "application_receipt", now, account_id, act)
    facts = {"arrived_at": arrived_at.isoformat()} if arrived_at else {}
    record(
        "application.submit",
        f"application:{application.id}",
        now=now,
        account_id=account_id,
        channel=application.channel,
        choices=len(sections),
        **facts,
    )
    return application


def replace_by_paper(application_id: int, *, arrived_at: datetime, clerk_id: int) -> None:
    """What is handed in next comes from the paper form with this stamp. Refused: paper_is_older,
    where the person has handed in something, or taken it back, since the form arrived."""
    application = _locked(application_id)
    check_newest(application, arrived_at)
    application.channel, application.clerk_id = "paper", clerk_id
    application.arrived_at = arrived_at
    db.session.flush()


def check_newest(application: Application, arrived_at: datetime) -> None:
    """Refuses paper that is older than what the person did since: paper_is_older."""
    for at in (handed_in_at(application), application.withdrawn_at):
        if at is not None and at > arrived_at:
            raise DomainError("paper_is_older", at=at)


def handed_in_at(application: Application) -> datetime | None:
    """When the person let it out of their hands: paper by its stamp."""
    return application.arrived_at or application.submitted_at


def withdraw_application(
    application_id: int, *, now: datetime, account_id: int | None
) -> Application:
    """Takes the application back: at once while the round is open, else at publishing.

    A second time has no effect. Refused: draft ones (illegal_transition), round_published.
    """
    application = _locked(application_id)
    round_ = db.session.get_one(Round, application.round_id, with_for_update={"read": True})
    if round_.state in ("published", "cancelled"):
        raise DomainError("round_published")
    if application.withdrawn_at is not None:
        return application
    state = after(APPLICATION, "application", application.state, "withdraw")
    if round_.state == "open":
        application.state = state
        application.draft = None
    application.withdrawn_at = application.changed_at = now
    application.version += 1
    _tell(application, "application_withdrawn", now, account_id, "withdraw")
    record("application.withdraw", f"application:{application.id}", now=now, account_id=account_id)
    return application


def _locked(application_id: int) -> Application:
    """Two windows of one person change it one after the other."""
    query = select(Application).where(Application.id == application_id).with_for_update()
    application = db.session.scalar(query.execution_options(populate_existing=True))
    if application is None:
        raise NotFound("application_not_found")
    return application


def _taking_round(round_id: int, now: datetime, arrived_at: datetime | None = None) -> Round:
    """The round, kept from its next step until the transaction ends. It is open by its state and by
    its dates: a clock that lags behind gives nobody more time; or closed, for stamped paper."""
    query = (
        select(Round)
        .where(Round.id == round_id)
        .options(joinedload(Round.term, innerjoin=True))
        .with_for_update(read=True, of=Round)
        .execution_options(populate_existing=True)
    )
    round_ = db.session.scalar(query)
    if round_ is None:
        raise NotFound("round_not_found")
    if round_.state == "draft":
        raise DomainError("round_not_open", opens_at=round_.opens_at)
    if arrived_at is not None and round_.state == "closed":
        check_stamp(round_, arrived_at)
    elif round_.state != "open" or now >= round_.closes_at:
        raise DomainError("round_closed", closes_at=round_.closes_at)
    return round_


def check_stamp(round_: Round, arrived_at: datetime) -> None:
    """Refuses paper that did not arrive while people could apply: paper_not_in_time."""
    if not round_.opens_at <= arrived_at <= round_.closes_at:
        raise DomainError("paper_not_in_time", opens_at=round_.opens_at, closes_at=round_.closes_at)


def _keep(application: Application, draft: Draft, version: int, now: datetime) -> int:
    """A conditional UPDATE: of two forms that show the same version one is taken."""
    step = update(Application).where(
        Application.id == application.id, Application.version == version
    )
    if rows_changed(step.values(draft=draft, version=version + 1, changed_at=now)) != 1:
        raise DomainError("stale_form")
    return version + 1


def _write_choices(application_id: int, section_ids: list[int]) -> None:
    db.session.execute(delete(Choice).where(Choice.application_id == application_id))
    db.session.add_all(
        Choice(application_id=application_id, section_id=section_id, rank=rank)
        for rank, section_id in enumerate(section_ids, start=1)
    )
    db.session.flush()


def _tell(
    application: Application, kind: str, now: datetime, account_id: int | None, act: Act
) -> None:
    """One notice a version; one that still waits to go out is taken back for the newer one. And a
    copy, where a relative did it."""
    subject, version = f"application:{application.id}", str(application.version)
    drop_notices(subject, why="replaced")
    queue_notice(
        kind,
        subject=subject,
        person_id=application.person_id,
        now=now,
        occurrence=version,
        receipt=application.receipt,
    )
    tell_of(application.person_id, account_id, act, now, subject=subject, again=version)
