"""The last key that got a seat, in words."""

from typing import Any

import pytest
from flask import Flask

from eldercampus.language.cutoffs import key_words

BANDS = {"proximity": "bands", "bands_m": [1000, 3000]}
METRES = {"proximity": "metres"}
NUMBER = "6a98" + "0" * 60


@pytest.mark.parametrize(
    ("key", "rules", "words"),
    [
        (
            [0, 2, 0, NUMBER],
            BANDS,
            ["had no class yet", "applied in time", "lives up to 1 km away", "drew number 6a98"],
        ),
        (
            [1, 1, 2, NUMBER],
            BANDS,
            [
                "had 1 class already",
                "goes on from the stage before",
                "lives more than 3 km away",
                "drew number 6a98",
            ],
        ),
        (
            [2, 3, 1840, -2, NUMBER],
            METRES,
            [
                "had 2 classes already",
                "came later",
                "lives 1.8 km away",
                "went without a seat 2 times this year",
                "drew number 6a98",
            ],
        ),
        (
            [0, 2, 1, 0, NUMBER],
            BANDS,
            ["had no class yet", "applied in time", "lives 1 to 3 km away", "drew number 6a98"],
        ),
    ],
)
def test_a_key_in_words(
    app: Flask, key: list[Any], rules: dict[str, Any], words: list[str]
) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert key_words(key, rules) == words
