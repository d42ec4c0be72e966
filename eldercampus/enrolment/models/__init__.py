"""Rounds, applications, draws, and the seats and queues that come of them."""

from eldercampus.enrolment.models.applications import (
    Application,
    Choice,
    LatePaper,
    Learner,
    PaperForm,
)
from eldercampus.enrolment.models.rounds import (
    ClosedSection,
    Cutoff,
    Reason,
    Round,
    RoundDecision,
    Run,
)
from eldercampus.enrolment.models.seats import (
    HOLDING,
    Offer,
    Override,
    Placement,
    WaitlistEntry,
)

__all__ = [
    "HOLDING",
    "Application",
    "Choice",
    "ClosedSection",
    "Cutoff",
    "LatePaper",
    "Learner",
    "Offer",
    "Override",
    "PaperForm",
    "Placement",
    "Reason",
    "Round",
    "RoundDecision",
    "Run",
    "WaitlistEntry",
]
