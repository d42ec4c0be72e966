"""English names of towns and communities: the proper part in pinyin, the kind in English."""

import re
from functools import cache

from pypinyin import Style, lazy_pinyin, load_phrases_dict

# ending of the Chinese name → English kind; the first that fits
_TOWN_KINDS = (("街道", "Subdistrict"), ("镇", "Town"), ("乡", "Township"))
_COMMUNITY_KINDS = (
    ("社区", "Community"),
    ("居委会", "Neighbourhood"),
    ("村委会", "Village"),
    ("村", "Village"),
    ("良种繁殖场生活区", "Seed Farm Residential Area"),
    ("农场生活区", "Farm Residential Area"),
    ("林场生活区", "Forest Farm Residential Area"),
    ("茶场生活区", "Tea Farm Residential Area"),
    ("生活区", "Residential Area"),
)
# readings in names of places and families that a dictionary of words gets wrong
_READINGS = {
    "长岭": [["cháng"], ["lǐng"]],
    "长汀": [["cháng"], ["tīng"]],
    "缪家": [["miào"], ["jiā"]],
    "绿都": [["lǜ"], ["dū"]],
}


def town_in_english(name: str) -> str:
    """锦屏街道 → Jinping Subdistrict, 溪口镇 → Xikou Town."""
    return _with_kind(name, _TOWN_KINDS)


def community_in_english(name: str) -> str:
    """长汀社区 → Changting Community, 葛竹村 → Gezhu Village, 西岙村 → Xi'ao Village."""
    return _with_kind(name, _COMMUNITY_KINDS)


def spoken_name(name: str) -> str:
    """What people call it: 葛竹村委会 (the committee) → 葛竹村 (the village)."""
    return re.sub("村委会$", "村", name)


def _with_kind(name: str, kinds: tuple[tuple[str, str], ...]) -> str:
    for ending, kind in kinds:
        if name.endswith(ending) and name != ending:
            return f"{pinyin_name(name.removesuffix(ending))} {kind}"
    return pinyin_name(name)


def pinyin_name(name: str) -> str:
    """One capitalised word, with the apostrophe before a syllable that begins with a vowel."""
    _load_readings()
    syllables = lazy_pinyin(name, style=Style.NORMAL, v_to_u=True)
    first, *rest = syllables or [""]
    joined = first + "".join(f"'{part}" if part[:1] in "aoe" else part for part in rest)
    return joined[:1].upper() + joined[1:]


@cache
def _load_readings() -> None:
    load_phrases_dict(_READINGS)
