"""What is worked out once and remembered by the process, as long as it is connected to the
database: nothing that could change without its key changing too."""

from collections import defaultdict
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Pool

from eldercampus.db import db

_BY_CONNECTIONS: WeakKeyDictionary[Pool, dict[str, dict[Any, Any]]] = WeakKeyDictionary()


def remembered(what: str) -> dict[Any, Any]:
    """The process's memory of one matter; empty again for another database."""
    memory = _BY_CONNECTIONS.setdefault(db.engine.pool, defaultdict(dict))
    return memory[what]
