"""The pages: one blueprint a subject, grouped by audience, each registered here."""

from importlib import import_module

from flask import Flask

from eldercampus.web import words
from eldercampus.web.access import init_access
from eldercampus.web.browser_session import init_browser_session
from eldercampus.web.compression import init_compression
from eldercampus.web.context import init_context
from eldercampus.web.errors import register_error_pages
from eldercampus.web.for_whom import init_for_whom
from eldercampus.web.headers import init_headers
from eldercampus.web.numbers import init_numbers
from eldercampus.web.plain_text import init_plain_text
from eldercampus.web.request_log import init_request_log
from eldercampus.web.static_files import init_static_files

# module → blueprint objects named `pages`; one line each, so that additions do not collide
_PAGES = (
    "eldercampus.web.public.preferences",
    "eldercampus.web.public.health",
    "eldercampus.web.public.sign_in",
    "eldercampus.web.public.without_phone",
    "eldercampus.web.staff.desk_codes",
    "eldercampus.web.learner.whom",
    "eldercampus.web.learner.add_person",
    "eldercampus.web.learner.ask",
    "eldercampus.web.learner.family",
    "eldercampus.web.learner.family_giving",
    "eldercampus.web.staff.relations",
    "eldercampus.web.staff.pairs",
    "eldercampus.web.staff.tags",
    "eldercampus.web.staff.deaths",
    "eldercampus.web.staff.persons",
    "eldercampus.web.staff.data_requests",
    "eldercampus.web.staff.explanations",
    "eldercampus.web.staff.replays",
    "eldercampus.web.staff.undertakings",
    "eldercampus.web.staff.sections",
    "eldercampus.web.staff.courses",
    "eldercampus.web.staff.rules",
    "eldercampus.web.staff.calendar",
    "eldercampus.web.staff.places",
    "eldercampus.web.public.home",
    "eldercampus.web.public.courses",
    "eldercampus.web.public.rounds",
    "eldercampus.web.staff.rounds",
    "eldercampus.web.staff.round_freezing",
    "eldercampus.web.staff.round_files",
    "eldercampus.web.staff.round_chances",
    "eldercampus.web.staff.round_review",
    "eldercampus.web.staff.round_decisions",
    "eldercampus.web.staff.approvals",
    "eldercampus.web.staff.paper_forms",
    "eldercampus.web.staff.late_papers",
    "eldercampus.web.staff.overrides",
    "eldercampus.web.learner.picks",
    "eldercampus.web.learner.apply",
    "eldercampus.web.learner.elsewhere",
    "eldercampus.web.learner.apply_questions",
    "eldercampus.web.learner.apply_news",
    "eldercampus.web.learner.apply_check",
    "eldercampus.web.learner.receipt",
    "eldercampus.web.learner.my",
    "eldercampus.web.learner.my_offers",
    "eldercampus.web.learner.my_lessons",
    "eldercampus.web.learner.my_calendar",
    "eldercampus.web.learner.my_messages",
    "eldercampus.web.learner.my_history",
    "eldercampus.web.learner.my_data",
    "eldercampus.web.learner.my_data_changes",
    "eldercampus.web.public.lesson_calendar",
    "eldercampus.web.learner.results",
    "eldercampus.web.public.offers",
    "eldercampus.web.public.phone",
    "eldercampus.web.staff.clock",
    "eldercampus.web.staff.tasks",
    "eldercampus.web.staff.today",
    "eldercampus.web.staff.applications",
    "eldercampus.web.staff.rosters",
    "eldercampus.web.staff.seats",
    "eldercampus.web.staff.new_person",
    "eldercampus.web.staff.counter",
    "eldercampus.web.town.review",
    "eldercampus.web.town.district",
)


def register_web(app: Flask) -> None:
    init_request_log(app)
    init_compression(app)
    init_static_files(app)
    init_numbers(app)
    init_plain_text(app)
    init_headers(app)
    init_browser_session()
    init_access(app)
    init_context(app)
    init_for_whom(app)
    words.register(app)
    register_error_pages(app)
    for name in _PAGES:
        app.register_blueprint(import_module(name).pages)
