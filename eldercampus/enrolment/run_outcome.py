"""What came out of a run for whom, by learner id and section code, as its files have it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eldercampus.enrolment.models import Run
from eldercampus.enrolment.runs import file_of, result_of


@dataclass(frozen=True)
class Closing:
    """A class that the draw closed: how many would have sat there, how many it needs."""

    section: str
    enrolled: int
    minimum: int


@dataclass(frozen=True)
class Outcome:
    """A run by learner id and section code. choices: each list, best first; seats: what each
    learner got, best ranked first; waiting: persons left waiting, by section; seed: in hex."""

    seed: str
    choices: Mapping[str, Sequence[str]]
    seats: Mapping[str, Sequence[str]]
    closed: Sequence[Closing]
    waiting: Mapping[str, int]
    sections: frozenset[str]

    def ranks(self, learner: str) -> list[int]:
        """The places on the learner's own list that came true, best first; 1 is the best."""
        listed = list(self.choices.get(learner, ()))
        return [listed.index(section) + 1 for section in self.seats.get(learner, ())]


def outcome_of(run: Run) -> Outcome:
    """What stands in the run's files; they must be loaded."""
    file, result = file_of(run), result_of(run)
    choices = {learner["id"]: learner["choices"] for learner in file["learners"]}
    seats: dict[str, list[str]] = defaultdict(list)
    for entry in result["placements"]:
        seats[entry["learner"]].append(entry["section"])
    for learner, sections in seats.items():
        sections.sort(key=choices[learner].index)
    return Outcome(
        seed=run.seed,
        choices=choices,
        seats=dict(seats),
        closed=[Closing(**entry) for entry in result["closed"]],
        waiting=Counter({code: len(line) for code, line in result["waitlists"].items()}),
        sections=frozenset(section["id"] for section in file["sections"]),
    )
