"""The pages of learners on the demonstration of 8000 people: queries, processor time, weight.

`python -m tests.bench.pages` prints one JSON object a line. Times are those of the process, without
the test client around it, each page asked for many times after it was warmed up, packed as browsers
get it.
"""

import json
import re
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select

from eldercampus.app import create_app
from eldercampus.db import db, transaction
from eldercampus.enrolment.models import Application, Offer, Placement, Round, WaitlistEntry
from eldercampus.people.models import Account, Representation
from eldercampus.people.sessions import start_session
from tests.conftest import settings
from tests.web.visiting import counted_queries

TIMES = 60
MOST_QUERIES, MOST_MS, MOST_BYTES = 8, 4.0, 15_000


@dataclass(frozen=True)
class PageCost:
    """who: in whose name it was opened; milliseconds of processor time; bytes as sent."""

    path: str
    who: str
    queries: int
    median: float
    p95: float
    sent: int

    @property
    def missed(self) -> bool:
        too_many, too_slow = self.queries > MOST_QUERIES, self.median > MOST_MS
        return too_many or too_slow or self.sent > MOST_BYTES


@dataclass(frozen=True)
class Visit:
    who: str
    account_id: int | None
    paths: tuple[str, ...]


def measure(app: Flask) -> Iterable[PageCost]:
    spent: list[float] = []
    app.wsgi_app = _timed(app.wsgi_app, spent)  # type: ignore[method-assign]
    with app.app_context():
        visits = _visits()
    for visit in visits:
        client = _client(app, visit.account_id)
        for path in visit.paths:
            cost = _cost(app, client, visit.who, path, spent)
            if cost is not None:
                yield cost


def _cost(
    app: Flask, client: FlaskClient, who: str, path: str, spent: list[float]
) -> PageCost | None:
    """None where the page leads elsewhere."""
    packed = {"Accept-Encoding": "gzip"}
    for _ in range(5):
        answer = client.get(path, headers=packed)
    with counted_queries(app) as asked:
        client.get(path, headers=packed)
    if answer.status_code != 200:
        return None
    spent.clear()
    for _ in range(TIMES):
        client.get(path, headers=packed)
    p95 = statistics.quantiles(spent, n=20)[-1]
    shown = re.sub(r"/[A-Za-z0-9_-]{20}$|/\d+$", "/…", path)
    return PageCost(
        shown, who, len(asked), statistics.median(spent) * 1e3, p95 * 1e3, len(answer.data)
    )


def _timed(inner: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def application(environ: Any, start: Any) -> list[bytes]:
        before = time.process_time()
        body = b"".join(inner(environ, start))
        spent.append(time.process_time() - before)
        return [body]

    return application


def _visits() -> list[Visit]:
    """Nobody; somebody with a result; somebody who has applied in the open round."""
    open_ = db.session.scalars(select(Round).where(Round.state == "open")).first()
    drawn = select(Round.code).where(Round.state == "published").order_by(Round.draws_at.desc())
    offer = db.session.scalars(select(Offer.token).where(Offer.state == "live")).first()
    placed = select(Placement.person_id).where(Placement.state == "awaiting")
    waiting = select(WaitlistEntry.person_id).where(WaitlistEntry.state == "waiting")
    person = Representation.person_id
    with_result = _account(person.in_(placed), person.in_(waiting))
    applied = select(Application.person_id).where(Application.state == "submitted")
    if open_ is not None:
        applied = applied.where(Application.round_id == open_.id)
    public = ("/", "/courses", "/courses/501", "/courses/map", "/sign-in", "/sign-in/receipt")
    own = ("/my", "/my/reasons", "/my/history", "/my/messages", "/my/lessons", "/my/family")
    apply = ("/apply", "/apply/classes", "/apply/wants", "/apply/news", "/apply/check")
    return [
        Visit("nobody", None, (*public, f"/rounds/{db.session.scalar(drawn)}", f"/offers/{offer}")),
        Visit("with a result", with_result, ("/", *own, "/whom", "/whom/add", "/courses")),
        Visit("who applied", _account(person.in_(applied)), ("/my", *apply, "/apply/receipt")),
    ]


def _account(*conditions: Any) -> int | None:
    query = (
        select(Account.id)
        .join(Representation, Representation.account_id == Account.id)
        .where(Account.phone.is_not(None), *conditions)
    )
    return db.session.scalars(query.order_by(Account.id)).first()


def _client(app: Flask, account_id: int | None) -> FlaskClient:
    client = app.test_client()
    if account_id is not None:
        with app.app_context(), transaction() as session:
            token = start_session(session.get_one(Account, account_id), datetime.now(UTC))
        with client.session_transaction() as kept:
            kept["signed_in"] = token
    return client


def main() -> None:
    with TemporaryDirectory() as folder:
        own = settings(f"sqlite:///{folder}/eldercampus.db", Path(folder))
        app = create_app({**own, "DEMO": True, "WTF_CSRF_ENABLED": True})
        with app.app_context():
            upgrade()
        done = app.test_cli_runner().invoke(args=["demo", "load", "--persons", "8000"])
        if done.exit_code:
            raise SystemExit(done.output)
        app.config["DEMO"] = False  # its clock is a query more
        for cost in measure(app):
            print(json.dumps(asdict(cost)))


if __name__ == "__main__":
    main()
