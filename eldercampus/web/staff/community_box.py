"""The box for a community or village: a part of its name is enough, in Chinese or English."""

import re
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from eldercampus.language import name_of
from eldercampus.language.words import listed
from eldercampus.places.models import Community
from eldercampus.web.staff.counter_forms import CommunityField, PersonForm

_NAMED = 5
"""So many are named where several are meant."""


def read_community(form: PersonForm, communities: Sequence[Community]) -> None:
    """Finds out which one was typed, and writes its whole name; else the form says what to do.

    communities: with their towns.
    """
    field: CommunityField = form.community
    if not field.data or field.errors:
        return
    meant = _meant_by(field.data, communities)
    if len(meant) == 1:
        field.community_id = meant[0].id
        field.data = field.typed = whole_name(meant[0])
    elif meant:
        form.refuse(_which(meant), "community")
    else:
        form.refuse(_("We know no community or village of this name."), "community")


def whole_name(community: Community) -> str:
    """With the town before it: names come twice in a district."""
    return f"{name_of(community.town)} {name_of(community)}"


def _which(meant: Sequence[Community]) -> str:
    names = listed(whole_name(one) for one in meant[:_NAMED])
    return ngettext(
        "%(num)d place has this name: %(names)s. Please write a little more.",
        "%(num)d places have this name: %(names)s. Please write a little more.",
        len(meant),
        names=names if len(meant) <= _NAMED else _("%(names)s and more", names=names),
    )


def _meant_by(typed: str, communities: Sequence[Community]) -> list[Community]:
    """Those of exactly this name, else those whose name has it in it."""
    wanted = _bare(typed)
    exact = [one for one in communities if wanted in (one.code, *_names(one))]
    return exact or [one for one in communities if any(wanted in name for name in _names(one))]


def _names(community: Community) -> list[str]:
    town = community.town
    english = town.name_en + community.name_en if community.name_en else ""
    texts = (community.name, town.name + community.name, community.name_en, english)
    return [_bare(text) for text in texts if text]


def _bare(text: str) -> str:
    return re.sub(r"[\s'’-]", "", text).lower()
