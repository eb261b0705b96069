"""Addresses: one spelling of a street, one key of an address, and a place whose parts agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheda.values import parse_one
from scheda.values.places import birth_place, province_of, towns, towns_named, towns_of_postal_code

FIELDS = ("street", "postal_code", "city", "province", "country")


def address(**written: str | None) -> dict[str, str | None]:
    return parse_one("addresses", tuple(written.get(field) for field in FIELDS))


@pytest.mark.parametrize(
    ("written", "street", "number"),
    [
        ("V. Roma 12", "Via Roma", "12"),
        ("v.le Monza, 12/A", "Viale Monza", "12/A"),
        ("P.zza Garibaldi n. 3", "Piazza Garibaldi", "3"),
        ("P.za Duomo", "Piazza Duomo", None),
        ("C.so Buenos Aires 12bis", "Corso Buenos Aires", "12 bis"),
        ("L.GO LEOPARDI SNC", "Largo Leopardi", "snc"),
        ("VIA DELL'ORSO 5B", "Via dell'Orso", "5/B"),
        ("12, Via Roma", "Via Roma", "12"),
        ("Str. Prov. 12, 4", "Strada Provinciale 12", "4"),
        ("S.S. 16 Adriatica n. 120", "Strada Statale 16 Adriatica", "120"),
        ("VIA XX SETTEMBRE 8", "Via XX Settembre", "8"),
        ("Via Roma 12 int. 3 sc. B", "Via Roma", "12 int. 3 sc. B"),
        # A number that is part of the name, and initials that are no kind of way.
        ("Via 4 Novembre", "Via 4 Novembre", None),
        ("Strada Provinciale 12", "Strada Provinciale 12", None),
        ("C. Battisti 3", "C. Battisti", "3"),
        ("-", None, None),
    ],
)
def test_a_street_has_one_spelling_and_its_number_apart(
    written: str, street: str | None, number: str | None
) -> None:
    parsed = address(street=written)
    assert (parsed["clean_street"], parsed["street_number"]) == (street, number)


@pytest.mark.parametrize(
    "spellings",
    [
        ("Via Roma 12", "V. ROMA, 12", "via roma n. 12", "12 Via Roma", "Via Roma 12 int. 4"),
        ("Piazza Garibaldi 3", "P.zza G. Garibaldi 3", "PIAZZA GIUSEPPE GARIBALDI, 3"),
        ("Via XX Settembre 8", "Via 20 Settembre 8", "via venti settembre, 8"),
        ("Via San Martino 4", "Via S. Martino n.4"),
        ("Piazza 1° Maggio 2", "Piazza Primo Maggio 2", "P.za I Maggio, 2"),
        ("Via Fratelli Cervi 9", "Via F.lli Cervi, 9"),
        ("Via della Libertà 7", "Via Liberta' 7"),
    ],
)
def test_spellings_of_an_address_have_one_key(spellings: tuple[str, ...]) -> None:
    places = ({"city": "Milano"}, {"city": "MILANO (MI)"}, {"postal_code": "20121"})
    keys = {
        address(street=street, **place)["address_key"] for street in spellings for place in places
    }
    assert len(keys) == 1
    assert None not in keys


def test_other_numbers_streets_and_towns_have_other_keys() -> None:
    streets = ("Via Roma 1", "Via Roma 11", "Via Roma 1/A", "Via Verdi 1", "Via Romagna 1")
    keys = [address(street=each, city="Milano")["address_key"] for each in streets]
    keys += [address(street="Via Roma 1", city=city)["address_key"] for city in ("Roma", "Lodi")]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("street", ["Via Roma", "Via Roma snc", None])
def test_no_key_without_a_number(street: str | None) -> None:
    assert address(street=street, city="Milano")["address_key"] is None


@pytest.mark.parametrize(
    ("written", "place", "reason"),
    [
        # Complete what one of them proves.
        (("20121", "MILANO", None), ("20121", "Milano", "MI"), None),
        ((None, "Bozen", None), (None, "Bolzano", "BZ"), None),
        (("00184", None, None), ("00184", "Roma", "RM"), "city: from the postal code"),
        (("24020", None, None), ("24020", None, "BG"), None),
        ((None, "Monza MB", None), (None, "Monza", "MB"), None),
        # A zero that a spreadsheet ate comes back where town or province prove it.
        (("184", "Roma", None), ("00184", "Roma", "RM"), None),
        (("184", None, "RM"), ("00184", "Roma", "RM"), "city: from the postal code"),
        (("184", "Milano", None), ("184", "Milano", "MI"), "postal_code: not five digits"),
        (("121", None, None), ("121", None, None), "postal_code: not five digits"),
        # Two prove the third.
        (
            ("20025", "Legnano", "VA"),
            ("20025", "Legnano", "MI"),
            "province: corrected, town and postal code agree",
        ),
        (
            ("21013", "Legnano", "MI"),
            ("20025", "Legnano", "MI"),
            "postal_code: corrected, town and province agree",
        ),
        (
            ("20121", "Roma", "MI"),
            ("20121", "Milano", "MI"),
            "city: corrected, postal code and province agree",
        ),
        (
            ("20121", "Milnao", None),
            ("20121", "Milano", "MI"),
            "city: spelling corrected, the postal code has it",
        ),
        # One against one proves nothing.
        (("20121", "Roma", None), ("20121", "Roma", None), "postal_code: not of this town"),
        ((None, "Roma", "MI"), (None, "Roma", "MI"), "province: not of this town"),
        ((None, "Samone", None), (None, "Samone", None), "city: several towns have this name"),
        (("10010", "Samone", None), ("10010", "Samone", "TO"), None),
        (("20100", "Milano", "MI"), ("20100", "Milano", "MI"), "postal_code: the town's general"),
        # Naples and Novara are no way to say nothing.
        ((None, None, "NA"), (None, None, "NA"), None),
        ((None, None, "NO"), (None, None, "NO"), None),
        (("30172", "Mestre", None), ("30172", "Mestre", "VE"), None),
        (("47121", "Forli'", "FO"), ("47121", "Forlì", "FC"), None),
    ],
)
def test_two_of_three_prove_the_third(
    written: tuple[str | None, ...], place: tuple[str | None, ...], reason: str | None
) -> None:
    parsed = address(**dict(zip(FIELDS[1:4], written, strict=True)))
    columns = ("clean_postal_code", "clean_city", "clean_province")
    assert tuple(parsed[column] for column in columns) == place
    assert (parsed["reason"] or "").startswith(reason or "")
    assert bool(parsed["reason"]) == bool(reason)


@pytest.mark.parametrize(
    ("written", "street", "place"),
    [
        (
            {"street": "12 rue de Rivoli", "postal_code": "75001", "city": "PARIS"}
            | {"country": "Francia"},
            ("rue de Rivoli", "12"),
            ("75001", "Paris", "FR"),
        ),
        (
            {"street": "10 Downing St", "postal_code": "sw1a  2aa", "country": "UK"},
            ("Downing St", "10"),
            ("SW1A 2AA", None, "GB"),
        ),
        (
            {"street": "Hauptstr. 12", "postal_code": "D-10115", "city": "Berlin"},
            ("Hauptstr.", "12"),
            ("10115", "Berlin", "DE"),
        ),
    ],
)
def test_an_address_abroad_is_only_tidied(
    written: dict[str, str], street: tuple[str, ...], place: tuple[str | None, ...]
) -> None:
    parsed = address(**written)
    assert (parsed["clean_street"], parsed["street_number"]) == street
    assert (
        parsed["clean_postal_code"], parsed["clean_city"], parsed["clean_country"]
    ) == place  # fmt: skip
    assert parsed["region"] is None


def test_an_address_written_whole_in_the_street_is_taken_apart() -> None:
    parsed = address(street="Via Roma 1, 20121 Milano (MI)")
    assert parsed["address_key"] == address(street="Via Roma 1", city="Milano")["address_key"]
    assert parsed["region"] == "Lombardia"


def test_a_country_that_is_none_is_said() -> None:
    parsed = address(city="Roma", country="Atlantide")
    assert (parsed["clean_country"], parsed["reason"]) == (None, "country: not a known one")


def test_italian_places_are_whole() -> None:
    today = [town for town in towns().values() if not town.is_abolished]
    assert len(today) > 7_800
    assert len({town.province for town in today}) == 107
    assert all(province_of(town.province) for town in today)
    assert {town.name for town in towns_of_postal_code("00199")} == {"Roma"}
    assert {town.name for town in towns_of_postal_code("20162")} == {"Milano"}
    assert [town.name for town in towns_named("Girgenti")] == ["Agrigento"]
    assert [town.name for town in towns_named("SESTO S. GIOVANNI")] == ["Sesto San Giovanni"]
    assert birth_place("H501") == ("Roma", "RM")
    assert birth_place("Z110") is None


ways = st.sampled_from(
    ["Via", "VIA", "V.", "v.le", "P.zza", "L.go", "Str.", "Loc.", "Strada Provinciale", "S.S.", ""]
)
names = st.sampled_from(
    ["Roma", "ROMA", "XX Settembre", "4 Novembre", "S. Martino", "DELL'ORSO", "f.lli Cervi", "16"]
)
numbers = st.sampled_from(
    ["", "12", ", 12", "n. 12", "n°12/A", "12bis", "12/14", "snc", "3 R", "km 12", "12 int. 4"]
)
street_names = st.tuples(ways, names, numbers).map(lambda parts: " ".join(parts).strip())
cities = st.sampled_from(["Roma", "MILANO", "samone", "Mestre", "Bozen", "Monza MB", "Livo", None])
codes = st.sampled_from(["20121", "184", "00184", "20100", "99999", "I-20121", "D-10115", None])
siglas = st.sampled_from(["MI", "rm", "Milano", "FO", "NA", "xx", None])
lands = st.sampled_from([None, "Italia", "Germania", "CH"])


@given(st.tuples(street_names, codes, cities, siglas, lands))
def test_what_is_shown_reads_as_itself(written: tuple[str | None, ...]) -> None:
    first = parse_one("addresses", written)
    street = " ".join(filter(None, [first["clean_street"], first["street_number"]]))
    shown = ("clean_postal_code", "clean_city", "clean_province", "clean_country")
    again = parse_one("addresses", (street, *(first[column] for column in shown)))
    assert {**again, "reason": None} == {**first, "reason": None}


@given(st.tuples(*[st.one_of(st.none(), st.text(max_size=60))] * 5))
def test_no_text_stops_the_parser(written: tuple[str | None, ...]) -> None:
    parsed = parse_one("addresses", written)
    assert parsed["reason"] is None or ":" in parsed["reason"]
