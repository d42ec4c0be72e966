"""The arrays of a draw with the names put back: the result."""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Any

import numpy as np

from eldercampus.allocation import telling
from eldercampus.allocation.arrays import Market, kinds_of
from eldercampus.allocation.seating import DISTANCE, GROUP, LEVEL, RANK, Drawn
from eldercampus.allocation.telling import CODES, NONE, Told

RESULT_FORMAT = "eldercampus.result.v1"

_PARTS = ("level", "group", "distance", "misses", "lottery")
_WITH_FACTS = {telling.CLOSED, telling.NO_SEAT, telling.SAME_COURSE, telling.CLASH}
_WITH_KEY = {telling.PLACED, telling.BELOW_CUTOFF}
_Entry = dict[str, Any]


class Outcome:
    """What was drawn from a round in canonical order, told with names."""

    def __init__(
        self,
        frozen: dict[str, Any],
        numbers: Sequence[str],
        market: Market,
        drawn: Drawn,
        told: Told,
    ) -> None:
        self.frozen, self.market, self.drawn, self.told = frozen, market, drawn, told
        self.sections = [section["id"] for section in frozen["sections"]]
        self.learners = [learner["id"] for learner in frozen["learners"]]
        kinds = [*kinds_of(frozen), "open"]  # kind OPEN stands last
        self.labels = [kinds[kind] for kind in market.block_kind.tolist()]
        misses = "misses" in frozen["rules"]
        self.tails: list[list[Any]] = [
            [-count, number] if misses else [number]
            for count, number in zip(market.misses.tolist(), numbers, strict=True)
        ]

    def result(self, input_sha256: str) -> dict[str, Any]:
        """The result but for the facts of a ceremony."""
        closings = [
            {
                "section": self.sections[section],
                "enrolled": enrolled,
                "minimum": int(self.market.minimum[section]),
            }
            for section, enrolled in self.drawn.closed
        ]
        return {
            "format": RESULT_FORMAT,
            "round": self.frozen["round"],
            "input_sha256": input_sha256,
            "seed": self.frozen["seed"],
            "closed": closings,
            "placements": list(self.placements()),
            "cutoffs": list(self.cutoffs()),
            "waitlists": self.waitlists({entry["section"] for entry in closings}),
            "reasons": list(self.reasons({entry["section"]: entry for entry in closings})),
        }

    def placements(self) -> Iterator[_Entry]:
        given = self.told.given.T
        for learner, number in np.argwhere(given != NONE).tolist():
            choice = int(self.market.first[learner]) + int(given[learner, number])
            yield {
                "learner": self.learners[learner],
                "section": self.sections[self.market.section[choice]],
                "round": number + 1,
                "seat": self.labels[self.told.fact[choice]],
            }

    def cutoffs(self) -> Iterator[_Entry]:
        first = self.market.block_first.tolist()
        section_of = np.repeat(np.arange(len(self.sections)), np.diff(first)).tolist()
        found = [
            (section_of[block], number, self.labels[block], block)
            for number, block in np.argwhere(self.told.worst >= 0).tolist()
        ]
        for section, number, label, block in sorted(found):
            yield {
                "section": self.sections[section],
                "round": number + 1,
                "seat": label,
                "key": self.shown(int(self.told.worst[number, block])),
                "refused": int(self.told.refused[number, section]),
            }

    def shown(self, key: int) -> list[Any]:
        """A key as it is printed."""
        group = key >> GROUP & (1 << LEVEL - GROUP) - 1
        distance = key >> DISTANCE & (1 << GROUP - DISTANCE) - 1
        return [key >> LEVEL, group, distance, *self.tails[self.drawn.ground.learner[key & RANK]]]

    def waitlists(self, closed: set[str]) -> dict[str, list[str]]:
        names = np.array(self.learners, object)[self.told.queue].tolist()
        first = self.told.queue_first.tolist()
        return {
            section: names[first[i] : first[i + 1]]
            for i, section in enumerate(self.sections)
            if section not in closed
        }

    def reasons(self, closed: dict[str, _Entry]) -> Iterator[_Entry]:
        told, market, learners = self.told, self.market, self.frozen["learners"]
        sizes = [len(learner["choices"]) for learner in learners]
        rows = zip(
            chain.from_iterable(map(repeat, self.learners, sizes)),
            chain.from_iterable(learner["choices"] for learner in learners),
            chain.from_iterable(map(repeat, self.tails, sizes)),
            told.level.tolist(),
            market.group.tolist(),
            market.distance.tolist(),
            told.code.tolist(),
            told.round.tolist(),
            told.fact.tolist(),
            told.decided.tolist(),
            told.place.tolist(),
            strict=True,
        )
        cutoffs = {
            (number + 1, block): self.shown(int(told.worst[number, block]))
            for number, block in np.argwhere(told.worst >= 0).tolist()
        }
        for name, section, tail, level, group, distance, code, number, fact, decided, place in rows:
            entry = {"learner": name, "section": section, "code": CODES[code]}
            if code in _WITH_KEY:
                entry["round"], entry["key"] = number, [level, group, distance, *tail]
            if code == telling.PLACED:
                entry["seat"] = self.labels[fact]
            elif code == telling.BELOW_CUTOFF:
                entry["cutoff"], entry["decided"] = cutoffs[number, fact], _PARTS[decided]
            elif code in _WITH_FACTS:
                entry |= self.facts(code, number, fact, closed.get(section))
            if place:
                entry["waitlist"] = place
            yield entry

    def facts(self, code: int, number: int, fact: int, closing: _Entry | None) -> _Entry:
        """What is said beside the code where there is no key to show."""
        if code == telling.NO_SEAT:
            return {"round": number}
        if closing and code == telling.CLOSED:
            return {"enrolled": closing["enrolled"], "minimum": closing["minimum"]}
        return {"with": self.sections[fact]}
