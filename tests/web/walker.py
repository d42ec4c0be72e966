"""A visitor who only follows what stands on the page: links and buttons by their words.

Counts the pages that come and the fields that have to be typed into.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient

from tests.web.visiting import ENGLISH


@dataclass
class Button:
    words: str = ""
    name: str = ""
    value: str = ""


@dataclass
class FormOnPage:
    """What a form of the page would send: hidden fields, what is ticked; and its buttons."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    buttons: list[Button] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormOnPage] = []
        self.links: list[tuple[str, str]] = []
        self._open: list[FormOnPage] = []
        self._said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open.append(FormOnPage(given.get("action", ""), given.get("method", "get")))
            self.forms.append(self._open[-1])
        elif tag in ("a", "button"):
            self._said = []
            if tag == "a":
                self.links.append((given.get("href", ""), ""))
            elif self._open:
                button = Button(name=given.get("name", ""), value=given.get("value", ""))
                self._open[-1].buttons.append(button)
        elif tag == "input" and self._open:
            self._read_input(self._open[-1], given)

    def _read_input(self, form: FormOnPage, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind not in ("hidden", "radio", "checkbox"):
            form.typed.add(given["name"])
        if kind not in ("radio", "checkbox") or "checked" in given:
            form.fields[given["name"]] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        self._said.append(data)

    def handle_endtag(self, tag: str) -> None:
        words = re.sub(r"\s+", " ", "".join(self._said)).strip()
        if tag == "a" and self.links:
            self.links[-1] = (self.links[-1][0], words)
        elif tag == "button" and self._open and self._open[-1].buttons:
            self._open[-1].buttons[-1].words = words
        elif tag == "form" and self._open:
            self._open.pop()


class Walker:
    """pages: how many came so far; typed: into how many fields something was written."""

    def __init__(self, client: FlaskClient) -> None:
        self.client, self.pages, self.typed = client, 0, 0
        self.path, self.html = "", ""

    def opens(self, address: str) -> None:
        self._take(address, None)

    def follows(self, words: str) -> None:
        """The first link with these words."""
        self._take(next(href for href, said in self._read().links if said.startswith(words)), None)

    def presses(self, words: str, **typed: str) -> None:
        """The first button that begins with these words, after writing into its form."""
        form, button = next(
            (form, button)
            for form in self._read().forms
            for button in form.buttons
            if button.words.startswith(words)
        )
        self.typed += len(form.typed & typed.keys())
        sent = {**form.fields, **typed}
        if button.name:
            sent[button.name] = button.value
        self._take(form.action or self.path, sent)

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.html)
        return reader

    def _take(self, address: str, sent: dict[str, str] | None) -> None:
        answer = self.client.open(
            address.partition("#")[0],
            method="GET" if sent is None else "POST",
            data=sent,
            headers=ENGLISH,
            follow_redirects=True,
        )
        assert answer.status_code == 200, (address, answer.status)
        self.pages += 1
        self.path = answer.request.path
        if answer.request.query_string:
            self.path += f"?{answer.request.query_string.decode()}"
        self.html = answer.get_data(as_text=True)
