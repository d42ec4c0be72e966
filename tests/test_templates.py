"""What stands in a template: no words outside gettext, nothing inline, nothing from elsewhere."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parent.parent / "eldercampus/templates"
FILES = sorted(TEMPLATES.rglob("*.html")) + sorted(TEMPLATES.rglob("*.svg"))

COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TRANS = re.compile(r"\{%-?\s*trans\b.*?\bendtrans\s*-?%\}", re.DOTALL)
TAG = re.compile(r"<[^>]*>|&#?\w+;", re.DOTALL)
SPOKEN = re.compile(r"""\b(?:alt|title|placeholder|aria-label)\s*=\s*"([^"]*)\"""")
TOKEN = re.compile(r"\S*[-/=]\S*")
"""A class, a path or an attribute that a block or macro hands on."""
WORD = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]+")
NAMES = {"English", "中文", "km", "eldercampus"}
"""Words that are the same on all pages."""
SEALS = set("找报我封名开号取候注意学")
"""Characters in a seal are a picture (aria-hidden); see the mock's README."""
INLINE = re.compile(
    r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<style\b|<script\b(?![^>]*\bsrc=)|javascript:"
)
ELSEWHERE = re.compile(r"""(?:src|href|action)\s*=\s*["'](?:https?:)?//""")
OFFICIALESE = re.compile("予以|逾期|视为|鉴于|特此|请于|之前完成|上述|知悉|敬请|届时|务必")
CATALOGUE = TEMPLATES.parent / "translations/zh/LC_MESSAGES/messages.po"


def _source(path: Path) -> str:
    return COMMENT.sub(" ", path.read_text(encoding="utf-8"))


def _words(source: str) -> set[str]:
    """Words that reach the page without going through the catalogue."""
    plain = JINJA.sub(" ", TRANS.sub(" ", source))
    text = TOKEN.sub(" ", TAG.sub(" ", plain)) + " ".join(SPOKEN.findall(plain))
    return set(WORD.findall(text)) - NAMES - SEALS


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template(path: Path) -> None:
    source = _source(path)
    assert not _words(source), "words outside gettext"
    assert not INLINE.findall(source)
    assert not ELSEWHERE.findall(source)


def test_there_are_templates() -> None:
    assert len(FILES) > 20


@pytest.mark.parametrize(
    "fault", ["<p>Hello</p>", "<p>报名</p>", '<img alt="A map">', "{% if x %}Yes{% endif %}"]
)
def test_words_outside_gettext_are_seen(fault: str) -> None:
    assert _words(fault)


@pytest.mark.parametrize(
    "right", ["<p>{{ _('Hello') }}</p>", '<b class="wide">{% trans %}Yes{% endtrans %}</b> &nbsp;']
)
def test_words_within_gettext_are_not(right: str) -> None:
    assert not _words(right)


def test_no_officialese() -> None:
    assert not OFFICIALESE.findall(CATALOGUE.read_text(encoding="utf-8"))
