"""Both languages are whole: each sentence has its Chinese, and no language leaks into the other."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w+\}")
TAG = re.compile(r"<[^>]*>|&\w+;")
CODE = re.compile(r"\w+@[\w.]+|(?:--)?[A-Za-z0-9_]*[-./_0-9][A-Za-z0-9_./-]*", re.ASCII)
"""2027-spring-1, K7MQ-4F2X, round.json, --code: typed as they stand in both languages."""
LATIN_IN_CHINESE = {
    *(
        "CSV",
        "XLSX",
        "SVG",
        "PDF",
        "PostgreSQL",
        "Python",
        "SQLite",
        "TOTP",
        "WGS",
        "GCJ",
        "BD",
        "GPS",
    ),
    *(
        "GeoNames",
        "OpenStreetMap",
        "contributors",
        "CC",
        "BY",
        "ODbL",
        "English",
        "SHA",
        "ID",
        "sf",
    ),
}
"""Names that have no Chinese form, and the link to the English pages."""
CHINESE_IN_ENGLISH = {"中文"}
"""The link to the Chinese pages."""
KEYWORDS = {
    **dict.fromkeys(("_", "_l", "N_", "gettext", "lazy_gettext")),
    **dict.fromkeys(("ngettext", "lazy_ngettext", "_n"), (1, 2)),
    **dict.fromkeys(("pgettext", "lazy_pgettext"), ((1, "c"), 2)),
    "npgettext": ((1, "c"), 2, 3),
}


def _catalogue() -> list[Message]:
    with (ROOT / "eldercampus/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue: Catalog = read_po(file, locale="zh")
    return [message for message in catalogue if message.id]


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    strings = message.string
    return (strings,) if isinstance(strings, str) else tuple(strings or ())


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return _catalogue()


def test_every_sentence_of_the_code_is_in_the_catalogue(messages: list[Message]) -> None:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = {
        (context, words[0] if isinstance(words, tuple) else words)
        for _file, _line, words, _comments, context in extract_from_dir(
            ROOT, methods, options, keywords=KEYWORDS
        )
    }
    known = {(message.context, _ids(message)[0]) for message in messages}
    assert len(found) > 50
    missing = sorted(found - known, key=str)
    assert not missing


def test_every_sentence_has_its_chinese(messages: list[Message]) -> None:
    assert not [message.id for message in messages if not all(_strings(message) or [""])]
    assert not [message.id for message in messages if message.fuzzy]


def test_no_placeholder_is_lost(messages: list[Message]) -> None:
    """The plural's English has all placeholders; Chinese has one form and needs the same ones."""
    lost = [
        message.id
        for message in messages
        for text in filter(None, _strings(message))
        if sorted(set(PLACEHOLDER.findall(text)))
        != sorted(set(PLACEHOLDER.findall(_ids(message)[-1])))
    ]
    assert not lost


def test_chinese_holds_no_english(messages: list[Message]) -> None:
    leaks = {}
    for message in messages:
        for text in _strings(message):
            words = re.findall(
                r"[A-Za-z]{2,}", CODE.sub(" ", PLACEHOLDER.sub(" ", TAG.sub(" ", text)))
            )
            if strange := set(words) - LATIN_IN_CHINESE:
                leaks[text] = strange
    assert not leaks


def test_english_holds_no_chinese(messages: list[Message]) -> None:
    assert not [
        text
        for message in messages
        for text in _ids(message)
        if text not in CHINESE_IN_ENGLISH and CHINESE.search(text)
    ]
