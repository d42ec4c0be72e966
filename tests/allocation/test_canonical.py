"""The canonical form: what Python's own json gives with keys in order and nothing between."""

import json

from hypothesis import given
from hypothesis import strategies as st

from eldercampus.allocation import problem

SCALARS = st.text() | st.integers(0, 2**31 - 1) | st.booleans()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30
)


@given(VALUES)
def test_the_bytes_are_those_of_json(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert problem.canonical(value) == text.encode()


def test_marks_and_characters_stand_as_they_are() -> None:
    told = {
        "b": "双色球 \u2028\x7f/<>&'\"\\\n\t\x01𬭎",
        "a": [1, True, {"z": 0, "中": [], "A": {}}],
    }
    assert problem.canonical(told).decode() == (
        '{"a":[1,true,{"A":{},"z":0,"中":[]}],"b":"双色球 \u2028\x7f/<>&\'\\"\\\\\\n\\t\\u0001𬭎"}'
    )
