"""What later pages need, kept sealed in the visitor's own cookie: nothing of it stands in the
database before the last page, and no name or number readable in the browser (a cookie of the
session is signed, and anybody with the browser reads it)."""

import base64
import json
from typing import Any

from flask import session

from eldercampus.errors import DomainError
from eldercampus.people.sealing import seal, unseal


def read_sealed(name: str) -> dict[str, Any]:
    """What was kept under this name; {} at the start, or where the cookie is of another key."""
    kept = session.get(name)
    if not isinstance(kept, str):
        return {}
    try:
        answers = json.loads(unseal(base64.b85decode(kept)))
    except (DomainError, ValueError):
        return {}
    return answers if isinstance(answers, dict) else {}


def keep_sealed(name: str, answers: dict[str, Any]) -> None:
    """JSON values only."""
    sealed = seal(json.dumps(answers, ensure_ascii=False))
    session[name] = base64.b85encode(sealed).decode()


def take_sealed(name: str) -> dict[str, Any]:
    """What was kept, for the one page it was meant for."""
    kept = read_sealed(name)
    forget_sealed(name)
    return kept


def forget_sealed(name: str) -> None:
    session.pop(name, None)
