"""Fiscal codes, VAT numbers and personal numbers: valid, of whom, and in one spelling."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheda.values import parse_one, tax_codes


def read(code: str | None, country: str | None = None) -> dict:
    return parse_one("tax_codes", (code, country))


def fiscal_code(first_fifteen: str) -> str:
    """With the check letter of the decree of 1976, computed here apart from any library."""
    odd = "BAKPLCQDREVOSFTGUHMINJWZYX"
    total = 0
    for place, c in enumerate(first_fifteen):
        value = int(c) if c.isdigit() else ord(c) - ord("A")
        total += odd.index(chr(ord("A") + value)) if place % 2 == 0 else value
    return first_fifteen + chr(ord("A") + total % 26)


MARIO = fiscal_code("RSSMRA85T10A562")


def test_the_check_letter_of_a_published_example() -> None:
    assert MARIO == "RSSMRA85T10A562S"


@pytest.mark.parametrize(
    ("code", "born", "gender", "place", "province", "country"),
    [
        (MARIO, date(1985, 12, 10), "M", "San Giuliano Terme", "PI", "IT"),
        (fiscal_code("BNCNNA90A41H501"), date(1990, 1, 1), "F", "Roma", "RM", "IT"),
        # The day 41, the year 9L and the town HR0M: digits that two people shared became letters.
        (fiscal_code("BNCNNA9LAQMHR0M"), date(1990, 1, 1), "F", "Roma", "RM", "IT"),
        (fiscal_code("BNCNNA70D55Z110"), date(1970, 4, 15), "F", None, None, "FR"),
        (fiscal_code("BNCNNA70D15Z129"), date(1970, 4, 15), "M", None, None, "RO"),
        # Two digits of the year: of 1925 and the 99 years after it.
        (fiscal_code("BNCNNA25A01F205"), date(1925, 1, 1), "M", "Milano", "MI", "IT"),
        (fiscal_code("BNCNNA24A01F205"), date(2024, 1, 1), "M", "Milano", "MI", "IT"),
        (fiscal_code("BNCNNA00B29F205"), date(2000, 2, 29), "M", "Milano", "MI", "IT"),
    ],
)
def test_what_a_fiscal_code_tells(
    code: str, born: date, gender: str, place: str | None, province: str | None, country: str
) -> None:
    assert read(code) == {
        "clean": code, "code_type": "fiscal_code", "birth_date": born, "gender": gender,
        "birth_place": place, "birth_province": province, "birth_country": country, "reason": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "written",
    [
        MARIO.lower(),
        "RSS MRA 85T10 A562S",
        f"C.F. {MARIO}",
        f"cod. fiscale: {MARIO}",
        f" {MARIO}\n",
    ],
)
def test_a_fiscal_code_has_one_spelling(written: str) -> None:
    found = read(written, "Germania")
    assert (found["clean"], found["code_type"], found["reason"]) == (MARIO, "fiscal_code", None)


def test_letters_in_place_of_digits_are_told_from_omocodia() -> None:
    found = read(MARIO.replace("10A", "1OA"))
    assert found["clean"] == MARIO
    assert found["reason"] == "letters and digits that look alike are set right"


@pytest.mark.parametrize(
    ("written", "country", "clean"),
    [
        ("00743110157", None, "00743110157"),
        ("IT00743110157", "Francia", "00743110157"),
        ("P. IVA 007 431 101 57", None, "00743110157"),
        ("Partita IVA: 00743110157", None, "00743110157"),
        ("DE136695976", None, "DE136695976"),
        ("136695976", "Germania", "DE136695976"),
        ("40 303 265 045", "Francia", "FR40303265045"),
        ("EL094259216", None, "EL094259216"),
        ("094259216", "Grecia", "EL094259216"),
        ("ATU57194903", "Austria", "ATU57194903"),
        ("B58378431", "Spagna", "ESB58378431"),
        ("GB980780684", None, "GB980780684"),
        ("CHE-107.787.577 MWST", None, "CHE107787577"),
        ("107787577", "Svizzera", "CHE107787577"),
    ],
)
def test_a_vat_number_has_one_spelling(written: str, country: str | None, clean: str) -> None:
    found = read(written, country)
    assert (found["clean"], found["code_type"], found["reason"]) == (clean, "vat", None)


def test_zeros_that_a_spreadsheet_lost_are_put_back() -> None:
    found = read("743110157")
    assert (found["clean"], found["reason"]) == ("00743110157", "the zeros before it are put back")


@pytest.mark.parametrize(
    ("written", "country", "clean"),
    [
        ("756.1234.5678.97", "Svizzera", "7561234567897"),
        ("44051401359", "Polonia", "44051401359"),
        ("12345678Z", "Spagna", "12345678Z"),
        ("85 073003 328", "Germania", "85073003328"),
        ("ab 12345", "Brasile", "AB12345"),
    ],
)
def test_abroad_the_personal_number(written: str, country: str, clean: str) -> None:
    found = read(written, country)
    assert (found["clean"], found["code_type"]) == (clean, "personal_number")


@pytest.mark.parametrize(
    ("written", "country", "reason"),
    [
        (MARIO[:-1] + "X", None, "a fiscal code with a wrong check letter or date"),
        (fiscal_code("BNCNNA30B30H501"), None, "a fiscal code with a wrong check letter or date"),
        (fiscal_code("BNCNNA30B81H501"), None, "a fiscal code with a wrong check letter or date"),
        ("00743110158", None, "a VAT number with a wrong check digit"),
        ("DE136695975", None, "no valid VAT number of the country of its prefix"),
        ("12345", None, "neither a fiscal code nor a VAT number"),
        ("1234567890ABCDEF", None, "not the form of a fiscal code"),
        ("00000000000", None, "stands for no code"),
        ("n.d.", "Francia", "stands for no code"),
        ("nessuno", "Francia", "stands for no code"),
        ("AB12", "Francia", "stands for no code"),
        ("1" * 80, None, "too long for a code"),
    ],
)
def test_what_is_no_code_says_why(written: str, country: str | None, reason: str) -> None:
    found = read(written, country)
    assert (found["clean"], found["code_type"], found["reason"]) == (None, None, reason)


def test_a_place_of_birth_that_no_register_has_is_said() -> None:
    found = read(fiscal_code("BNCNNA70D15Z999"))
    assert (found["clean"] is not None, found["birth_country"]) == (True, None)
    assert found["reason"] == "its place of birth is unknown"


@given(st.text(max_size=40), st.sampled_from([None, "IT", "DE", "ES", "CH", "PT", "GR", "IE"]))
def test_any_text_is_read_and_a_clean_code_reads_as_itself(code: str, country: str | None) -> None:
    found = read(code, country)
    if found["clean"]:
        assert read(found["clean"], country)["clean"] == found["clean"]
    else:
        assert found["reason"] or not code.strip()


@given(
    st.from_regex(r"[A-Z]{6}[0-9]{2}[ABCDEHLMPRST](0[1-9]|1[0-9]|4[1-9]|5[0-9])[A-M][0-9]{3}",
                  fullmatch=True)
)  # fmt: skip
def test_every_birth_is_within_a_hundred_years(first_fifteen: str) -> None:
    found = read(fiscal_code(first_fifteen))
    assert found["code_type"] == "fiscal_code"
    assert tax_codes.MIN_YEAR <= found["birth_date"].year < tax_codes.MIN_YEAR + 100
