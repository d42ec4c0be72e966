"""Fields tidy what people type, say plainly what is wrong, and keep what was typed."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from eldercampus.web import words
from eldercampus.web.forms import (
    CheckboxesField,
    DateField,
    DateRange,
    Form,
    IdentityField,
    LongTextField,
    NameField,
    NumberField,
    NumberRange,
    PasswordField,
    PhoneField,
    RadioField,
    Required,
    SelectField,
    SubmitField,
    TextField,
    YesField,
    tidy,
)
from eldercampus.web.forms.dates import BOXES


@pytest.fixture
def app() -> Flask:
    """Only what a form needs: no database, no CSRF; English, so that sentences are the source's."""
    app = Flask("eldercampus")
    app.config.update(SECRET_KEY="a key for tests only", WTF_CSRF_ENABLED=False, TESTING=True)
    Babel(app, locale_selector=lambda: "en")
    words.register(app)
    return app


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context(method="POST"):
        yield


class Answers(Form):
    name = NameField("Name", hint="As on the card", validators=[Required("Please write the name.")])
    born = DateField("Born", validators=[Required(), DateRange(last=lambda: date(2026, 1, 1))])
    phone = PhoneField("Phone", mobile=True)
    home = PhoneField("Home phone")
    seats = NumberField("Seats", validators=[NumberRange(1, 8)])
    wants = RadioField("How many", choices=[("1", "one"), ("2", "two", "if there is room")])
    cards = CheckboxesField("Cards", choices=[("d", "disability"), ("l", "low income")])
    home_in = SelectField("Community", empty="Choose", choices={"Jinping": [(7, "Changting")]})
    remark = LongTextField("Remark", most=5)
    agreed = YesField("I agree")
    send = SubmitField("Next")


GOOD = {"name": "赵示范", "born-year": "1952", "born-month": "3", "born-day": "27"}


def sent(**changes: Any) -> Answers:
    return Answers(formdata=MultiDict(GOOD | changes))


def checked(**changes: Any) -> dict[str, str]:
    """The first error of each field."""
    form = sent(**changes)
    form.validate()
    return {name: str(errors[0]) for name, errors in form.errors.items() if name}


def test_a_good_answer_has_no_errors_and_empty_ones_are_none() -> None:
    form = sent()
    assert form.validate()
    assert not form.is_troubled
    assert form.born.data == date(1952, 3, 27)
    assert (form.phone.data, form.seats.data, form.remark.data) == (None, None, None)
    assert (form.cards.data, form.agreed.data) == ([], False)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  赵  示 范 ", "赵示范"),
        ("阿迪力•买买提", "阿迪力·买买提"),
        ("阿迪力 ． 买买提", "阿迪力·买买提"),
        ("Ｍａｒｙ　 Ann  Li", "Mary Ann Li"),
        ("𠮷野\u200b", "𠮷野"),
        ("\ufa11\u5d0e", "\ufa11\u5d0e"),  # a compatibility character someone bears stays
        ("赵\x00示范", "赵示范"),
        ("阿迪力.买买提", "阿迪力·买买提"),
        ("阿迪力・买买提", "阿迪力·买买提"),
        ("𬭎 䶮", "𬭎䶮"),
        ("⽅圆", "方圆"),  # a radical out of a PDF
        ("\u202e赵\u200f示\u2066范\x1b", "赵示范"),
        ("J. R. Ewing", "J. R. Ewing"),
    ],
)
def test_names_are_tidied_but_rare_characters_stay(typed: str, kept: str) -> None:
    assert tidy.name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "13812345678",
        " １３８ １２３４ ５６７８ ",
        "+86 138-1234-5678",
        "0086 13812345678",
        "138 1234\n5678",
        "8613812345678",
        "＋８６ 138‑1234‑5678",
        "138−1234−5678",
        "\u202d13812345678\u202c",
    ],
)
def test_a_mobile_number_is_known_in_all_spellings(typed: str) -> None:
    assert tidy.phone(typed) == "+8613812345678"
    assert tidy.is_mobile(tidy.phone(typed))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0574-88880021", "+8657488880021"),
        ("（0574）8888 0021", "+8657488880021"),
        ("010-62345678", "+861062345678"),
        ("0574-0000 1234", "+8657400001234"),
        ("+1 415 555 2671", "+14155552671"),
        ("", ""),
    ],
)
def test_landlines_and_numbers_abroad(typed: str, kept: str) -> None:
    assert tidy.phone(typed) == kept
    assert not tidy.is_mobile(kept)


@pytest.mark.parametrize(
    "typed", ["1381234567", "138123456789", "88880021", "没有", "12345", "1" * 4000, "0574", "+86"]
)
def test_what_cannot_be_rung_is_refused(typed: str) -> None:
    with pytest.raises(tidy.NotAPhone):
        tidy.phone(typed)
    assert checked(home=typed).keys() == {"home"}


def test_a_stored_number_is_shown_as_people_write_it() -> None:
    form = Answers(formdata=None, data={"phone": "+8613812345678"})
    assert 'value="138 1234 5678"' in form.phone()
    assert sent(phone="138 1234 5678").phone.data == "+8613812345678"


def test_a_landline_takes_no_text_messages() -> None:
    assert checked(phone="0574-88880021") == {
        "phone": "A mobile number has 11 digits. Please look at it once more."
    }
    assert checked(home="0574-88880021") == {}


def test_identity_numbers_are_only_tidied() -> None:
    assert tidy.identity(" ３３０２０３ 19520327 123ｘ") == "33020319520327123X"
    assert tidy.identity("33020319520327123×") == "33020319520327123X"


@pytest.mark.parametrize(
    ("typed", "seats", "errors"),
    [
        ("８", 8, {}),
        (" 2 ", 2, {}),
        ("9", 9, {"seats": "Please write 8 or less."}),
        ("0", 0, {"seats": "Please write 1 or more."}),
        ("-1", None, {"seats": "Please write a whole number, in digits only."}),
        ("1.5", None, {"seats": "Please write a whole number, in digits only."}),
        ("two", None, {"seats": "Please write a whole number, in digits only."}),
        ("٣", None, {"seats": "Please write a whole number, in digits only."}),
        ("1" * 5000, None, {"seats": "Please write a whole number, in digits only."}),
    ],
)
def test_numbers(typed: str, seats: int | None, errors: dict[str, str]) -> None:
    form = sent(seats=typed)
    form.validate()
    assert form.seats.data == seats
    assert checked(seats=typed) == errors


@pytest.mark.parametrize(
    ("year", "month", "day", "sentence", "box"),
    [
        ("", "3", "27", "The year is missing.", "year"),
        ("1952", "", "27", "The month is missing.", "month"),
        ("1952", "3", "", "The day is missing.", "day"),
        ("52", "3", "27", "The year has four digits, for example 1952.", "year"),
        ("1952", "13", "1", "Months go from 1 to 12.", "month"),
        ("1953", "2", "29", "That month has no such day.", "day"),
        ("1952", "3", "三", "Please write the date in digits, for example 1952 3 27.", "day"),
        ("2026", "1", "2", "Please write 1 January 2026 or an earlier day.", "year"),
        ("", "", "", "Please fill in: Born", "year"),
        ("1" * 5000, "3", "27", "Please write the date in digits, for example 1952 3 27.", "year"),
    ],
)
def test_a_date_in_error_leads_to_its_box(
    year: str, month: str, day: str, sentence: str, box: str
) -> None:
    form = sent(**{"born-year": year, "born-month": month, "born-day": day})
    assert not form.validate()
    assert form.error_summary() == [(f"#born-{box}", sentence)]
    assert f'value="{month}"' in form.born()
    assert f'id="born-{box}"' in form.born()


def test_full_width_digits_make_a_date() -> None:
    form = sent(**{"born-year": "１９５２", "born-month": "０３", "born-day": " 27 "})
    assert form.validate()
    assert form.born.data == date(1952, 3, 27)


@pytest.mark.parametrize(
    "typed",
    [
        ("1952年3月27日", "", ""),
        ("1952-3-27", "", ""),
        ("1952－０３－２７", "", ""),
        ("1952.03.27", "3", "27"),
        ("1952/3/27", "", ""),
        ("1952 3 27", "", ""),
        ("19520327", "", ""),
        ("", "1952年 3月 27号", ""),
        ("1952年", "3月", "27日"),
    ],
)
def test_a_date_pasted_whole_counts(typed: tuple[str, str, str]) -> None:
    form = sent(**{f"born-{box}": text for box, text in zip(BOXES, typed, strict=True)})
    assert form.validate()
    assert form.born.data == date(1952, 3, 27)


@pytest.mark.parametrize(
    "typed",
    [("1952-3-27", "4", ""), ("1952-13-27", "", ""), ("3-27", "", ""), ("1952年3月", "", "")],
)
def test_a_date_pasted_whole_and_wrong_is_asked_again(typed: tuple[str, str, str]) -> None:
    form = sent(**{f"born-{box}": text for box, text in zip(BOXES, typed, strict=True)})
    assert not form.validate()
    assert form.born.errors


@pytest.mark.parametrize("odd", ["😀", "\U0001fae8", "☎", "￥"])
def test_a_name_has_no_pictures(odd: str) -> None:
    said = checked(name=f"赵{odd}示范")["name"]
    assert said.startswith("A name cannot have the sign ")
    assert sent(name=f"赵{odd}示范").name._value() == f"赵{odd}示范"


def test_a_character_that_cannot_be_typed_may_be_described() -> None:
    assert "name" not in checked(name="⿰钅宏示范")


def test_a_stored_date_fills_the_boxes() -> None:
    form = Answers(formdata=None, data={"born": date(1949, 10, 1)})
    boxes = re.findall(r'name="born-(\w+)"[^>]* value="(\d+)"', form.born())
    assert boxes == [("year", "1949"), ("month", "10"), ("day", "1")]


def test_only_offered_choices_are_taken() -> None:
    wrong = checked(wants="3", home_in="8", cards="x")
    assert wrong["wants"] == wrong["home_in"] == "Please choose one from the list."
    assert wrong["cards"] == "Please choose only from the list."
    form = sent(wants="2", home_in="7", cards="d")
    assert form.validate()
    assert (form.wants.data, form.home_in.data, form.cards.data) == ("2", "7", ["d"])
    assert '<option value="7" selected>' in form.home_in()
    assert 'value="d" checked' in form.cards()


def test_too_long_is_said_with_the_limit() -> None:
    assert checked(remark="一二三四五六")["remark"] == (
        "That is too long. There is room for 5 characters."
    )
    assert checked(name="赵" * 61)["name"].endswith("60 characters.")


def test_the_summary_says_what_the_fields_say_and_leads_there() -> None:
    form = sent(name=" ", phone="12")
    form.validate()
    page = render_template_string(
        '{% from "macros/errors.html" import error_summary %}'
        "{{ error_summary(form.error_summary()) }}"
        "{% for field in form %}{{ field() }}{% endfor %}",
        form=form,
    )
    assert "2 things to look at again" in page
    for href, sentence in form.error_summary():
        assert f'<a href="{href}">{sentence}</a>' in page
        assert f'id="{href[1:]}"' in page
        assert re.search(rf'id="{href[1:]}-error">.*?{re.escape(sentence)}</p>', page)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_described_by_names_hint_and_error_that_are_there() -> None:
    form = sent(name="")
    form.validate()
    markup = form.name()
    assert 'aria-describedby="name-hint name-error" aria-invalid="true"' in markup
    assert 'id="name-hint"' in markup
    assert 'id="name-error"' in markup


def test_what_was_typed_stays_and_is_escaped() -> None:
    form = sent(phone='1<script>"')
    form.validate()
    assert "1&lt;script&gt;&#34;" in form.phone()
    assert "<script>" not in form.phone()


def test_the_question_may_be_the_heading() -> None:
    form = sent()
    assert '<h1 class="govuk-label-wrapper"><label' in form.name(heading=True)
    assert '<h1 class="govuk-fieldset__heading">Born</h1>' in form.born(heading=True)
    assert "<h1" not in form.name()


def test_a_refusal_stands_at_its_field_or_above_the_form() -> None:
    form = sent()
    assert form.validate()
    form.refuse("This person has applied already.")
    form.refuse("Not yet 60 on the first day.", "born.month")
    assert form.is_troubled
    assert form.error_summary() == [
        ("", "This person has applied already."),
        ("#born-month", "Not yet 60 on the first day."),
    ]
    assert "Not yet 60" in form.born()


def test_the_key_stays_over_a_redisplay_and_bad_ones_are_replaced() -> None:
    first = Answers(formdata=None)
    key = re.search(r'name="key" value="([^"]+)"', first.hidden_tag())
    assert key is not None
    assert sent(key=key[1]).key.data == key[1]
    for bad in ("", "short", "x" * 65, "<b>" * 10, "键" * 20):
        assert sent(key=bad).key.data != bad
    assert first.hidden_tag() != Answers(formdata=None).hidden_tag()


def test_a_password_is_never_shown_again() -> None:
    class SignIn(Form):
        password = PasswordField("Password")
        code = IdentityField("Card")
        note = TextField("Note", validators=[Required()])

    form = SignIn(formdata=MultiDict({"password": "secret  word", "code": "1x"}))
    assert not form.validate()
    assert form.password.data == "secret  word"
    assert "secret" not in form.password()
    assert form.code.data == "1X"
