"""Telephone numbers as offices write them: E.164, or why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheda.values import countries, parse_one

HOME = "+393331234567"
MILAN = "+39021234567"


def read(phone: str | None, country: str | None = None, home: str = "IT") -> dict:
    return parse_one("phones", (phone, country), home)


@pytest.mark.parametrize(
    ("written", "clean", "line_type"),
    [
        ("333 1234567", HOME, "mobile"),
        ("333/1234567", HOME, "mobile"),
        ("+39 333.123.45.67", HOME, "mobile"),
        ("0039 333 1234567", HOME, "mobile"),
        ("+0039 333 1234567", HOME, "mobile"),
        ("(+39) 333-1234567", HOME, "mobile"),
        ("393331234567", HOME, "mobile"),
        ("39 02 1234567", MILAN, "fixed"),
        ("cell. 333 1234567", HOME, "mobile"),
        ("333 1234567 (Anna)", HOME, "mobile"),
        ("3331234567.0", HOME, "mobile"),
        ("３３３ １２３４５６７", HOME, "mobile"),
        ("tel. 02/1234567", MILAN, "fixed"),
        ("(02) 123.45.67", MILAN, "fixed"),
        ("O2 1234567", MILAN, "fixed"),
        ("+39 (0)2 1234567", MILAN, "fixed"),
        ("3912345678", "+393912345678", "mobile"),
        ("+39 0332/3331234", "+3903323331234", "fixed"),
        ("800 123456", "+39800123456", "toll_free"),
        ("899 123456", "+39899123456", "premium"),
        ("199 123456", "+39199123456", "other"),
        ("+44 (0)20 7946 0958", "+442079460958", "fixed"),
        ("+1 212 555 2368", "+12125552368", "fixed_or_mobile"),
    ],
)
def test_one_number_in_many_hands(written: str, clean: str, line_type: str) -> None:
    found = read(written)
    assert (found["clean"], found["line_type"], found["reason"]) == (clean, line_type, None)


@pytest.mark.parametrize(
    ("written", "country", "clean", "of"),
    [
        ("06 12 34 56 78", "Francia", "+33612345678", "FR"),
        ("030 123456", "Deutschland", "+4930123456", "DE"),
        ("079 123 45 67", "CH", "+41791234567", "CH"),
        ("020 7946 0958", "UK", "+442079460958", "GB"),
        ("333 1234567", "", HOME, "IT"),
        ("333 1234567", "Marte", HOME, "IT"),
        ("06 69812345", "Italia", "+390669812345", "VA"),
    ],
)
def test_the_country_written_beside_decides(
    written: str, country: str, clean: str, of: str
) -> None:
    found = read(written, country)
    assert (found["clean"], found["clean_country"], found["reason"]) == (clean, of, None)


def test_the_home_country_decides_where_none_is_written() -> None:
    assert read("030 123456", None, "DE")["clean"] == "+4930123456"
    assert read("333 1234567", "Germania")["clean"] == HOME, "no zero before: kept by who moved"


@pytest.mark.parametrize(
    ("written", "clean", "reason"),
    [
        ("ab. 02/1234567 uff. 333 1234567", MILAN, "several numbers: the first is kept"),
        ("02 1234567 - 333 1234567", MILAN, "several numbers: the first is kept"),
        ("02 1234567/68", MILAN, "several numbers: the first is kept"),
        ("3331234567 3471234567", HOME, "several numbers: the first is kept"),
        ("12 / 333 1234567", HOME, "several numbers: the first valid one is kept"),
        ("02 1234567 int. 12", MILAN, "an extension is left out"),
        ("02 1234567 interno 12", MILAN, "an extension is left out"),
        ("4917612345678", "+4917612345678", "read as one with its country's prefix"),
        ("0000000000", None, "stands for no number"),
        ("3333333333", None, "stands for no number"),
        ("1234567890", None, "stands for no number"),
        ("333 0000000", None, "stands for no number"),
        ("n.d.", None, "holds no number"),
        ("-", None, "holds no number"),
        ("12", None, "too short"),
        ("333 12", None, "too short"),
        ("+39 333 1234567 8901", None, "too long"),
        ("1" + "2" * 200, None, "too long for a telephone number"),
        ("3,93331E+11", None, "rounded by a spreadsheet"),
        ("21234567", None, "would be valid after a zero, which a spreadsheet may have lost"),
        ("+39 123 4567", None, "no such number"),
    ],
)
def test_what_is_doubtful_or_unusable_says_why(
    written: str, clean: str | None, reason: str
) -> None:
    found = read(written)
    assert (found["clean"], found["reason"]) == (clean, reason)


def test_nothing_gives_nothing() -> None:
    assert set(read(None, "Italia").values()) == set(read(" ").values()) == {None}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Italia", "IT"), ("ITALY", "IT"), ("ita", "IT"), ("I", "IT"), ("Olanda", "NL"),
        ("Paesi Bassi", "NL"), ("UK", "GB"), ("Gran Bretagna", "GB"), ("u.s.a.", "US"),
        ("Stati Uniti d'America", "US"), ("Österreich", "AT"), ("oesterreich", "AT"),
        ("Ελλάδα", "GR"), ("EL", "GR"), ("Magyarország", "HU"), ("Città del Vaticano", "VA"),
        ("San Marino", "SM"), ("Costa d’Avorio", "CI"), ("Kosovo", "XK"), ("Repubblica Ceca", "CZ"),
        ("xx", None), ("Milano", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_countries_in_the_languages_of_europe(written: str | None, code: str | None) -> None:
    assert countries.country_code(written) == code


@given(st.text(max_size=60), st.one_of(st.none(), st.text(max_size=20)))
def test_any_text_is_read(phone: str, country: str | None) -> None:
    found = read(phone, country)
    assert found["clean"] or found["reason"] or not phone.strip()


@given(st.from_regex(r"\+?(39|44|49|33|1)?[ ]?0?[1-9][0-9 ./-]{6,12}", fullmatch=True))
def test_a_clean_number_reads_as_itself(phone: str) -> None:
    found = read(phone)
    if found["clean"]:
        again = read(found["clean"])
        assert again == {**found, "reason": None}
