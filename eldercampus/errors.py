"""What can go wrong in the domain, as facts: no sentence, no HTTP status.

`eldercampus.language.sentence` turns an error into words; the web decides what to show.
"""

from typing import Any


class DomainError(Exception):
    """A rule of the domain refused something.

    code: stable name such as "round_not_open"; facts: what the sentence needs (numbers, dates …).
    """

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return self.code if not self.facts else f"{self.code} {self.facts}"


class NotFound(DomainError):
    """The row does not exist, or the asker may not know that it does."""


class IllegalTransition(DomainError):
    """A state machine was asked for a step that it does not have."""

    def __init__(self, what: str, state: str, step: str) -> None:
        super().__init__("illegal_transition", what=what, state=state, step=step)
