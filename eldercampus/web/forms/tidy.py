"""Tidies what people type: full-width digits, stray blanks, unseen marks. Pure functions.

Each takes the typed text and gives the tidy one; "" stands for an empty answer.
"""

import re
import unicodedata

import phonenumbers

_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･．˙⸱\u0387", "·"))
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"[2-9][0-9]{8,11}")
_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_GAP = re.compile(rf"(?<=[{_HAN}·])\s+(?=[{_HAN}·])")
_HAN_POINT = re.compile(rf"(?<=[{_HAN}])\s*\.\s*(?=[{_HAN}])")
_DATE = re.compile(
    r"([0-9]{4})(?:\s*[年./-]\s*|\s+)([0-9]{1,2})(?:\s*[月./-]\s*|\s+)([0-9]{1,2})\s*[日号]?"
)
_DATE_IN_ONE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


class NotAPhone(ValueError):
    """The text is no phone number that can be rung from here."""


def _visible(text: str, keep: str = "") -> str:
    """Drops control, format and surrogate characters; NUL would break a database."""
    return "".join(
        c for c in text if c in keep or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )


def plain(text: str) -> str:
    """One line: NFKC (full-width digits and letters become plain ones), blanks joined."""
    flat = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text))
    return _visible(flat).strip()


def lines(text: str) -> str:
    """Several lines; the marks of Chinese sentences stay full-width."""
    joined = re.sub(r"\r\n?", "\n", unicodedata.normalize("NFC", text))
    return _visible(joined, keep="\n").strip()


def name(text: str) -> str:
    """A person's name as written: rare characters stay untouched, 张 三 becomes 张三, • becomes ·.

    A point between Chinese characters becomes · too, and radicals (⽅, from a PDF) the characters
    they look like. No normal form is applied to characters: it would change some that people bear.
    """
    half = "".join(map(_plain_sign, text))
    flat = re.sub(r"\s+", " ", _visible(half.translate(_DOTS), keep="\t\n\r"))
    return re.sub(r"\s*·\s*", "·", _HAN_POINT.sub("·", _HAN_GAP.sub("", flat))).strip()


def _plain_sign(sign: str) -> str:
    if "！" <= sign <= "～" and sign != "．":
        return chr(ord(sign) - 0xFEE0)
    return unicodedata.normalize("NFKC", sign) if "\u2f00" <= sign <= "\u2fd5" else sign


def odd_sign(text: str) -> str:
    """The first sign that no name has (a picture, say); "" where there is none. ⿰ and its like
    describe characters that cannot be typed."""
    return next((sign for sign in text if _is_odd(sign)), "")


def _is_odd(sign: str) -> bool:
    if "\u2ff0" <= sign <= "\u2fff":
        return False
    picture = "\U0001f000" <= sign <= "\U0001faff"
    return picture or unicodedata.category(sign) in ("So", "Sc")


def whole_date(text: str) -> tuple[str, str, str] | None:
    """Year, month, day of a date in one piece: 1952年3月27日, 1952-3-27, 1952 3 27, 19520327."""
    typed = re.sub(r"[‐–—−]", "-", plain(text))
    match = _DATE.fullmatch(typed) or _DATE_IN_ONE.fullmatch(typed)
    return (match[1], match[2], match[3]) if match else None


def digits(text: str) -> str:
    """Codes and numbers: blanks, points and hyphens out."""
    return re.sub(r"[\s.\-‐–—−]", "", plain(text))


def identity(text: str) -> str:
    """A Chinese identity number, only tidied: no blanks, a capital X."""
    return digits(text).upper().replace("×", "X")


def phone(text: str) -> str:
    """E.164, "+8613812345678". Mobiles, landlines with area code; abroad only with +.

    Raises NotAPhone.
    """
    typed = re.sub(r"[‐–—−/]", "-", plain(text))
    if not typed:
        return ""
    if re.fullmatch(r"[0-9()+\-.\s]{5,30}", typed) is None:
        raise NotAPhone
    bare = digits(typed)
    if bare.startswith("86") and _MOBILE.fullmatch(bare[2:]):
        typed = f"+{bare}"
    try:
        number = phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException as error:
        raise NotAPhone from error
    if not _reachable(number):
        raise NotAPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _reachable(number: phonenumbers.PhoneNumber) -> bool:
    if number.country_code != 86:
        return phonenumbers.is_valid_number(number)
    national = str(number.national_number)
    if national.startswith("1") and not national.startswith("10"):
        return _MOBILE.fullmatch(national) is not None
    area = national.startswith("10") or _LANDLINE.fullmatch(national) is not None
    return area and phonenumbers.is_possible_number(number) and 9 <= len(national) <= 11


def is_mobile(number: str) -> bool:
    """Whether a tidied number can take a text message in China."""
    return re.fullmatch(r"\+861[3-9][0-9]{9}", number) is not None
