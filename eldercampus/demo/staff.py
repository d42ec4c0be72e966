"""The demonstration's staff accounts. Their password and codes are shown on the sign-in page."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from eldercampus.db import db
from eldercampus.people.accounts import create_account, grant
from eldercampus.people.staff_sign_in import DEMONSTRATION_PASSWORD
from eldercampus.places.models import Campus, Town

PASSWORD = DEMONSTRATION_PASSWORD


class DemoAccount(NamedTuple):
    username: str
    role: str
    name: str
    name_latin: str
    place: str  # a campus or town by its Chinese name; "" is the district


ACCOUNTS = (
    DemoAccount("clerk", "clerk", "何示窗", "He Shichuang", "区老年大学"),
    DemoAccount("head", "campus_head", "金示校", "Jin Shixiao", "区老年大学"),
    DemoAccount("officer", "district_officer", "卢示区", "Lu Shiqu", ""),
    DemoAccount("officer2", "district_officer", "施示核", "Shi Shihe", ""),
    DemoAccount("xikou", "town_officer", "竺示镇", "Zhu Shizhen", "溪口镇"),
    DemoAccount("auditor", "auditor", "严示查", "Yan Shicha", ""),
)


def make_accounts(now: datetime) -> None:
    """Writes the accounts with their roles; one hash serves all, since the password is one."""
    known: str | None = None
    for one in ACCOUNTS:
        new = create_account(
            one.username,
            PASSWORD,
            now=now,
            name=one.name,
            name_latin=one.name_latin,
            password_hash=known,
        )
        known = new.account.password_hash
        campus_id = db.session.scalar(select(Campus.id).where(Campus.name == one.place))
        town_id = db.session.scalar(select(Town.id).where(Town.name == one.place))
        grant(new.account.id, one.role, now=now, campus_id=campus_id, town_id=town_id)
