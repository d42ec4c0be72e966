"""A value has the shape of its example, whatever stands in it."""

import pytest

from eldercampus.enrolment.written_form import as_written
from eldercampus.errors import DomainError

HEX = "c1a5e0f9b27d4c3e8a6f1122334455ff"


@pytest.mark.parametrize(
    ("example", "value", "counts_as"),
    [
        ("01 02 + 03", "31 07 + 12", "31 07 + 12"),
        ("01 02 + 03", "  ３１ ０７　＋ １２\n", "31 07 + 12"),
        ("0.12", "9.87", "9.87"),
        ("No. 12 AB", "Xy. 34 ZZ", "Xy. 34 ZZ"),
        ("第 01 期", "第 42 期", "第 42 期"),
        (HEX, HEX[::-1], HEX[::-1]),
        (f"{HEX}:7", f"{'0' * 32}:1", f"{'0' * 32}:1"),
        ("", " as it comes ", "as it comes"),
    ],
)
def test_fits(example: str, value: str, counts_as: str) -> None:
    assert as_written(value, example) == counts_as


@pytest.mark.parametrize(
    ("example", "value"),
    [
        ("01 02 + 03", "1 2 + 3"),
        ("01 02 + 03", "31 07 +  12"),
        ("01 02 + 03", "31 07 + 12 "[:-2]),
        ("01 02 + 03", "31-07 + 12"),
        ("01 02 + 03", "٣١ 07 + 12"),
        ("0.12", "9812"),
        ("No. 12 AB", "No. 12 Ab"),
        ("第 01 期", "第 42 届"),
        (HEX, HEX.upper()),
        (HEX, HEX[:-1]),
        ("c1a5", "cafe"),
    ],
)
def test_does_not_fit(example: str, value: str) -> None:
    with pytest.raises(DomainError) as refused:
        as_written(value, example)
    assert (refused.value.code, refused.value.facts) == (
        "beacon_form_differs",
        {"example": example},
    )


@pytest.mark.parametrize("value", ["", "  \n", "　"])
def test_nothing_is_no_value(value: str) -> None:
    with pytest.raises(DomainError, match="beacon_missing"):
        as_written(value, "01")
