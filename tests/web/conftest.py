"""Pages are tested on both databases; a table of cases runs whole on SQLite.

What differs between the rows of such a table is words and rights, not how the database answers:
on PostgreSQL its first row stands for all. tests/web/test_bad_input.py sends bad input there too.
"""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    seen: set[str] = set()
    left_out = [item for item in items if _is_a_further_row(item, seen)]
    if left_out:
        items[:] = [item for item in items if item not in set(left_out)]
        config.hook.pytest_deselected(items=left_out)


def _is_a_further_row(item: pytest.Item, seen: set[str]) -> bool:
    """Whether a row of the same test was met on PostgreSQL before."""
    if HERE not in item.path.parents or "bad_input" in item.path.name:
        return False
    test, _bracket, row = item.nodeid.partition("[")
    if not row.startswith("postgresql-") and "-postgresql" not in row:
        return False
    known = test in seen
    seen.add(test)
    return known
