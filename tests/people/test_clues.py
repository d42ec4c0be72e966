"""What staff type into one box, taken apart."""

from datetime import date

import pytest

from eldercampus.people.clues import Clues, read_clues

BORN = date(1945, 12, 30)


@pytest.mark.parametrize(
    ("typed", "clues"),
    [
        ("", Clues()),
        ("孙虚构", Clues(("孙虚构",))),
        ("孙 虚 构 1945-12-30", Clues(("孙虚构",), BORN)),
        ("孙虚构19451230", Clues(("孙虚构",), BORN)),
        ("1945 12 30 孙虚构", Clues(("孙虚构",), BORN)),
        ("孙虚构 1945年12月30日", Clues(("孙虚构",), BORN)),
        ("1945 年 12 月 30 日", Clues(born_on=BORN)),
        ("１９４５．１２．３０", Clues(born_on=BORN)),
        ("孙 1945.13.40", Clues(("孙", "1945.13.40"))),
        ("Sun Xugou", Clues(("Sun", "Xugou"))),
        ("阿卜杜拉·买买提 1945 12 30", Clues(("阿卜杜拉·买买提",), BORN)),
        ("𬭎 䶮", Clues(("𬭎䶮",))),
        ("138 0000 0001", Clues(phone="13800000001")),
        ("+86 138-0000-0001", Clues(phone="+8613800000001")),
        ("0574-8888 0021", Clues(phone="057488880021")),
        ("330203 19500203 121x", Clues(id_number="33020319500203121X")),
        ("３３０２０３１９５００２０３１２１Ｘ", Clues(id_number="33020319500203121X")),
        ("K7MQ-4F2X", Clues(("K7MQ-4F2X",))),
    ],
)
def test_clues(typed: str, clues: Clues) -> None:
    assert read_clues(typed) == clues


def test_the_name_as_it_is_entered() -> None:
    assert read_clues("Sun  Xugou 19451230").name == "Sun Xugou"
