"""The timetable: every job, how often, and what it does. One screen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from eldercampus.catalogue.calendar import SHANGHAI
from eldercampus.jobs import reminders, sending, work

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Every:
    """Due at each multiple of so many seconds."""

    seconds: int

    def slot(self, now: datetime) -> datetime:
        passed = (now - _EPOCH) // timedelta(seconds=self.seconds)
        return _EPOCH + passed * timedelta(seconds=self.seconds)

    def __str__(self) -> str:
        return f"every {self.seconds} s"


@dataclass(frozen=True)
class Daily:
    """Due once a day at that time in Shanghai."""

    at: time

    def slot(self, now: datetime) -> datetime:
        today = datetime.combine(now.astimezone(SHANGHAI).date(), self.at, SHANGHAI)
        return (today if today <= now else today - timedelta(days=1)).astimezone(UTC)

    def __str__(self) -> str:
        return f"daily at {self.at:%H:%M}"


@dataclass(frozen=True)
class Job:
    """A plain function of the present; it does everything that is due by then, however late.

    So only the latest slot of a job is run after an outage: the work itself catches up, in order.
    """

    name: str
    when: Every | Daily
    run: Callable[[datetime], int]  # returns how many things it did
    what: str
    beside: bool = False  # may take long: runs in a thread of its own beside the others


TIMETABLE = (
    Job("open_rounds", Every(30), work.open_rounds, "open the rounds whose window begins"),
    Job("close_rounds", Every(30), work.close_rounds, "close the rounds whose window has ended"),
    Job("publish_rounds", Every(30), work.publish_rounds, "publish the results that are due"),
    Job(
        "lapse_offers", Every(30), work.lapse_offers, "end offers that ran out, offer the seats on"
    ),
    Job("lapse_placements", Every(60), work.lapse_placements, "free seats not confirmed in time"),
    Job("settle_vacancies", Every(300), work.settle_vacancies, "offer seats that stand free"),
    Job("deliver", Every(5), sending.deliver_due, "send what stands in the outbox", beside=True),
    Job("confirmation_due", Daily(time(9)), reminders.confirmations_due, "remind of confirmations"),
    Job("first_lesson", Daily(time(9, 30)), reminders.first_lessons, "remind of first lessons"),
    Job("clear_away", Daily(time(3, 10)), work.clear_away, "remove used codes, keys and old slots"),
)
BY_NAME = {job.name: job for job in TIMETABLE}
