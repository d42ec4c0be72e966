"""Identity numbers: what is right in itself, and how it is shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eldercampus.errors import DomainError
from eldercampus.people.identity import (
    check_digit,
    masked_identity,
    masked_phone,
    read_identity,
)


def _number(county: int, born: date, order: int) -> str:
    first = f"{county:06d}{born:%Y%m%d}{order:03d}"
    return first + check_digit(first)


def test_the_example_of_the_standard() -> None:
    identity = read_identity("11010519491231002X")
    assert (identity.born_on, identity.sex) == (date(1949, 12, 31), "f")


@given(
    st.integers(110000, 659999), st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 999)
)
def test_whatever_is_made_right_is_read_right(county: int, born: date, order: int) -> None:
    identity = read_identity(_number(county, born, order))
    assert identity.born_on == born
    assert identity.sex == ("m" if order % 2 else "f")


@given(st.dates(date(1930, 1, 1), date(1960, 1, 1)), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(born: date, place: int, more: int) -> None:
    number = _number(330213, born, 123)
    digit = str((int(number[place]) + more) % 10)
    wrong = number[:place] + digit + number[place + 1 :]
    with pytest.raises(DomainError):
        read_identity(wrong)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "identity_length"),
        ("110105491231002", "identity_length"),
        ("11010519491231002XX", "identity_length"),
        ("11010519491231002Y", "identity_signs"),
        ("1101051949123100２X", "identity_signs"),
        ("11010519491231002X\n"[:18].replace("X", "\n"), "identity_signs"),
        ("110105194902300020", "identity_birth_date"),
        ("110105194912310021", "identity_check_digit"),
    ],
)
def test_what_is_wrong_is_named(number: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_identity(number)
    assert refused.value.code == code


def test_numbers_are_masked() -> None:
    assert masked_identity("33021319520327123X") == "3302**********123X"
    assert masked_identity("short") == "****"
    assert masked_phone("+8613812345678") == "138****5678"
    assert masked_phone("+8657488880021") == "0574-****0021"
    assert masked_phone("+861088880021") == "010-****0021"
    assert masked_phone("+4930123456") == "****3456"
