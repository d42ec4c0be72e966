"""A person being entered, page by page: kept sealed in the visitor's own cookie until it is whole.

Nothing stands in the database before the last page, and nothing readable in the browser. There is
one draft a browser: each page carries which one it was shown for ("draft"), and the first page
begins another one, so that two windows never mix two people.
"""

import base64
import json
import secrets
from datetime import date
from typing import Any

from flask import session

from eldercampus.errors import DomainError
from eldercampus.people.registering import ConsentDetails, PersonDetails, phone_contact
from eldercampus.people.sealing import seal, unseal

_KEY = "person_draft"

Draft = dict[str, Any]


def read_draft() -> Draft:
    """What was answered so far; {} at the start, or where the cookie is of another key."""
    kept = session.get(_KEY)
    if not isinstance(kept, str):
        return {}
    try:
        draft = json.loads(unseal(base64.b85decode(kept)))
    except (DomainError, ValueError):
        return {}
    return draft if isinstance(draft, dict) else {}


def begin_draft(**answers: Any) -> None:
    """The first page's answers; what later pages said before stays, to be looked at again."""
    keep_draft(draft=secrets.token_urlsafe(8), **answers)


def keep_draft(**answers: Any) -> None:
    """Adds answers (JSON values; dates as ISO text)."""
    draft = {**read_draft(), **answers}
    session[_KEY] = base64.b85encode(seal(json.dumps(draft, ensure_ascii=False))).decode()


def forget_draft() -> None:
    session.pop(_KEY, None)


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
