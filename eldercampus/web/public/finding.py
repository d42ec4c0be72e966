"""What a visitor asks the class finder, as it stands in the address: read, tidied, written again.

Addresses are typed and shortened by people: what does not fit is left out without a word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from typing import Any, NamedTuple

from flask_babel import force_locale
from markupsafe import Markup

from eldercampus.catalogue.courses import DEPARTMENTS
from eldercampus.enrolment.finder import MODES, PARTS_OF_DAY, STAGES, Wanted, Word, read_words
from eldercampus.language import LOCALES, label, name_of
from eldercampus.language.words import weekday_words
from eldercampus.people.models import Person
from eldercampus.places.homes import Place, Places, Start

LONGEST = 60
_PLACE = ("town", "community", "campus")
_INITIALS = {
    "calligraphy": "sf",
    "painting": "hh",
    "music": "yyxq",
    "dance": "wd",
    "fitness": "js",
    "health": "ysbj",
    "digital": "sjhdn",
    "language": "yywx",
    "life": "shsy",
    "society": "flhsh",
}
"""How the pinyin of a department's Chinese name begins."""

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Question:
    """The parts of the address; "" asks for nothing. The order is that of the address."""

    q: str = ""
    department: str = ""
    town: str = ""
    community: str = ""
    campus: str = ""
    day: str = ""
    part: str = ""
    stage: str = ""
    mode: str = ""

    @property
    def query(self) -> dict[str, str]:
        """What an address needs to ask the same."""
        kept = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in kept.items() if value}

    def without(self, *names: str) -> dict[str, str]:
        return {name: value for name, value in self.query.items() if name not in names}

    @property
    def place_only(self) -> dict[str, str]:
        """From where to count, and nothing else."""
        return {name: self.query[name] for name in _PLACE if name in self.query}

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for more than a place to count from."""
        return bool(self.without(*_PLACE))

    @property
    def has_more(self) -> bool:
        """Whether it asks for something in the folded part of the form."""
        return bool(self.campus or self.stage or self.mode)


class Asked(NamedTuple):
    """A question with what it means here and now. start: where distances are counted from; whose:
    the person whose home that is, where nothing else was said."""

    question: Question
    places: Places
    start: Start | None
    whose: Person | None

    @property
    def wanted(self) -> Wanted:
        asked = self.question
        return Wanted(
            words=tuple(Word(text, departments_named(text)) for text in read_words(asked.q)),
            department=asked.department,
            weekday=int(asked.day) if asked.day else None,
            part=asked.part,
            stage=int(asked.stage) if asked.stage else None,
            mode=asked.mode,
            near=self.start.point if self.start else None,
        )


class Hint(NamedTuple):
    """The words are also the name of a thing to choose: what kind, its name, what to ask then."""

    kind: str
    name: str
    query: dict[str, str]


def read_question(args: Mapping[str, str], person: Person | None, places: Any) -> Asked:
    """person: at whose home to start where the address says nothing; with community and town.
    places: town code → Places."""
    found = {field.name: args.get(field.name, "")[:LONGEST] for field in fields(Question)}
    question = _tidy(Question(**found))
    silent = person is not None and not set(_PLACE) & set(args)
    if person is not None and silent:
        home = person.community
        question = replace(question, town=home.town.code, community=home.code)
    known = places(question.town)
    question = _known(question, known)
    start = known.campus(question.campus) or known.home(question.town, question.community)
    return Asked(question, known, start, person if silent and start else None)


def _tidy(question: Question) -> Question:
    allowed = {
        "department": DEPARTMENTS,
        "day": [str(day) for day in range(1, 8)],
        "part": PARTS_OF_DAY,
        "stage": [str(stage) for stage in STAGES],
        "mode": MODES,
    }
    wrong = {name: "" for name, values in allowed.items() if getattr(question, name) not in values}
    return replace(question, q=" ".join(question.q.split()), **wrong)


def _known(question: Question, places: Places) -> Question:
    listed = {
        "town": places.towns,
        "community": places.communities,
        "campus": places.campuses,
    }
    wrong = {
        name: ""
        for name, found in listed.items()
        if getattr(question, name) not in {place.code for place in found}
    }
    return replace(question, **wrong)


def departments_named(word: str) -> tuple[str, ...]:
    """Those whose name has the word in it, in any of our languages or by the first letters."""
    return tuple(
        code
        for code, names in _department_names().items()
        if any(_says(name, word) for name in names) or _INITIALS[code].startswith(word)
    )


def _says(name: str, word: str) -> bool:
    """Chinese has no blanks between words; of a Latin word the beginning counts."""
    if not word.isascii():
        return word in name
    return len(word) > 1 and any(part.startswith(word) for part in name.split())


@cache
def _department_names() -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = dict.fromkeys(DEPARTMENTS, ())
    for locale in LOCALES:
        with force_locale(locale):
            for code in names:
                names[code] += (label(f"department.{code}").lower(),)
    return names


def hints(asked: Asked) -> list[Hint]:
    """What else the words may have meant, at most three."""
    words = " ".join(read_words(asked.question.q))
    if len(words) < 2:
        return []
    question, places = asked.question, asked.places
    found = [
        Hint(
            "department", label(f"department.{code}"), {**question.without("q"), "department": code}
        )
        for code, names in _department_names().items()
        if not question.department and words in names
    ]
    others = question.without("q", *_PLACE)
    found += [
        Hint(kind, name_of(place), {**others, kind: place.code})
        for kind, listed in (("town", places.towns), ("campus", places.campuses))
        for place in _named(listed, words)
        if getattr(question, kind) != place.code
    ]
    return found[:3]


def _named(places: Iterable[Place], words: str) -> list[Place]:
    return [one for one in places if words in one.name or words in one.name_en.lower()]


@lru_cache(maxsize=512)
def place_options(language: str, places: tuple[Place, ...], chosen: str) -> Markup:
    """The <option>s of a list of places."""
    with force_locale(language):
        return _options(tuple((place.code, name_of(place)) for place in places), chosen)


@lru_cache(maxsize=512)
def fixed_options(language: str, field: str, chosen: str) -> Markup:
    """Those of a list that is the same on every page."""
    with force_locale(language):
        return _options(_fixed(field), chosen)


def _options(choices: Choices, chosen: str) -> Markup:
    plain = Markup('<option value="{}">{}</option>')
    marked = Markup('<option value="{}" selected>{}</option>')
    return Markup("").join(
        (marked if value == chosen else plain).format(value, text) for value, text in choices
    )


def _fixed(field: str) -> Choices:
    if field == "day":
        return tuple((str(day), weekday_words(day)) for day in range(1, 8))
    codes = {"department": DEPARTMENTS, "part": PARTS_OF_DAY, "stage": STAGES, "mode": MODES}
    return tuple((str(code), label(f"{field}.{code}")) for code in codes[field])
