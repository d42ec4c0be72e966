"""Tidies what people type: full-width digits, stray blanks, unseen marks. Pure functions.

Each takes the typed text and gives the tidy one; "" stands for an empty answer.
"""

import re
import unicodedata

import phonenumbers

_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･．", "·"))
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"[2-9][0-9]{8,11}")
_HAN_GAP = re.compile(
    r"(?<=[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af·])\s+(?=[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af·])"
)


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

    No normal form is applied to Chinese characters: it would change some that people bear.
    """
    half = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" and c != "．" else c for c in text)
    flat = re.sub(r"\s+", " ", _visible(half.translate(_DOTS), keep="\t\n\r"))
    return re.sub(r"\s*·\s*", "·", _HAN_GAP.sub("", flat)).strip()


def digits(text: str) -> str:
    """Codes and numbers: blanks, points and hyphens out."""
    return re.sub(r"[\s.\-‐–—]", "", plain(text))


def identity(text: str) -> str:
    """A Chinese identity number, only tidied: no blanks, a capital X."""
    return digits(text).upper().replace("×", "X")


def phone(text: str) -> str:
    """E.164, "+8613812345678". Mobiles, landlines with area code; abroad only with +.

    Raises NotAPhone.
    """
    typed = plain(text)
    if not typed:
        return ""
    if re.fullmatch(r"[0-9()+\-–—./\s]{5,30}", typed) is None:
        raise NotAPhone
    try:
        number = phonenumbers.parse(re.sub(r"[–—/]", "-", typed), "CN")
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
