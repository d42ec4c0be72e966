"""A person being entered, page by page: kept sealed in the visitor's own cookie until it is whole.

There is one draft a browser: each page carries which one it was shown for ("draft"), and the first
page begins another one, so that two windows never mix two people.
"""

import secrets
from datetime import date
from typing import Any

from eldercampus.people.registering import ConsentDetails, PersonDetails, phone_contact
from eldercampus.web.sealed_cookie import forget_sealed, keep_sealed, read_sealed

_KEY = "person_draft"

Draft = dict[str, Any]


def read_draft() -> Draft:
    """What was answered so far; {} at the start."""
    return read_sealed(_KEY)


def begin_draft(**answers: Any) -> None:
    """The first page's answers; what later pages said before stays, to be looked at again."""
    keep_draft(draft=secrets.token_urlsafe(8), **answers)


def keep_draft(**answers: Any) -> None:
    """Adds answers (JSON values; dates as ISO text)."""
    keep_sealed(_KEY, {**read_draft(), **answers})


def forget_draft() -> None:
    forget_sealed(_KEY)


def born_on(draft: Draft) -> date | None:
    return date.fromisoformat(draft["born"]) if draft.get("born") else None


def details(
    draft: Draft, *, tags: list[str], signer: str, sensitive: bool, account_phone: str
) -> PersonDetails:
    """The person that the answers describe; a helper's own phone comes second."""
    relation = draft["relation"] if draft["kind"] == "relative" else ""
    kinds = ["personal", "sensitive"] if sensitive else ["personal"]
    contacts = [phone_contact(draft["phone"])] if draft.get("phone") else []
    if relation and account_phone != draft.get("phone"):
        contacts.append(phone_contact(account_phone, relation))
    return PersonDetails(
        name=draft["name"],
        sex=draft["sex"],
        born_on=date.fromisoformat(draft["born"]),
        community_id=draft["community_id"],
        address=draft.get("address") or "",
        id_number=draft.get("id_number"),
        language=draft["language"],
        news=draft["news"],
        emergency_name=draft["emergency_name"],
        emergency_phone=draft["emergency_phone"],
        emergency_relation=draft["emergency_relation"],
        contacts=tuple(contacts),
        tags=tuple(tags),
        consents=tuple(ConsentDetails(kind, signer, relation) for kind in kinds),
    )
