"""Two names of one person, or of two: verdict, reason, and what no text may do to it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheda.matching import words
from scheda.matching.names import WHYS, Name, are_two_given_names, compare


def name(text: str) -> Name:
    """'first, last' as keys; an empty side is unknown."""
    first, _comma, last = (part.strip() for part in text.partition(","))
    return Name(first or None, last or None)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("mario, rossi", "mario, rossi", "equal"),
        ("maria grazia, rossi", "mariagrazia, rossi", "equal"),
        ("maria, rossi bianchi", "maria, bianchi rossi", "equal"),
        ("isla, hall", "hall, isla", "swapped"),
        ("anna maria, rossi", "rossi, anna", "swapped"),
        ("anna maria, rossi", "anna, rossi", "extra name"),
        ("maria, rossi", "maria, rossi bianchi", "double surname"),
        (", rossi", ", rossi bianchi", None),
    ],
)
def test_same(one: str, other: str, why: str | None) -> None:
    found = compare(name(one), name(other))
    if why is None:
        assert found.verdict == "compatible", "a surname alone is nobody"
    else:
        assert (found.verdict, found.why) == ("same", why)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("giuseppina, neri", "pina, neri", "nickname"),
        ("giuseppina, neri", "giusy, neri", "nickname"),
        ("francesco, neri", "checco, neri", "nickname"),
        ("francesco, neri", "ciccio, neri", "nickname"),
        ("francesco, neri", "franco, neri", "nickname"),
        ("giovanni, neri", "gianni, neri", "nickname"),
        ("giovanni, neri", "nanni, neri", "nickname"),
        ("antonio, neri", "tonino, neri", "nickname"),
        ("vincenzo, neri", "enzo, neri", "nickname"),
        ("lorenzo, neri", "enzo, neri", "nickname"),
        ("robert, allen", "bob, allen", "nickname"),
        ("william, allen", "bill, allen", "nickname"),
        ("annamaria, neri", "anna, neri", "nickname"),
        ("anna maria, neri", "maria, neri", "nickname"),
        ("g, neri", "giuseppe, neri", "initial"),
        ("giuseppe, n", "giuseppe, neri", "initial"),
        ("g b, neri", "giovanni battista, neri", "initial"),
        ("m, rossi", "m, rossi", "initial"),
        ("m, rossi", "rossi, maria", "initial"),
        ("girogio, bianchi", "giorgio, bianchi", "typo"),
        ("alesandro, ferarri", "alessandro, ferrari", "typo"),
        ("logan, pmurphy", "logan, murphy", "typo"),
        ("lucia, rosi", "lucia, rossi", "typo"),
        ("elliott, page", "eliott, page", "typo"),
        ("evie, page", "evi, page", "typo"),
        ("robert, neri", "roberto, neri", "nickname"),
        ("giusepp, neri", "giuseppe, neri", "initial"),
        ("maria, bianchi", "maria, rossi bianchi", "married surname"),
        ("mario,", "mario, rossi", "one part missing"),
        (", rossi", "mario, rossi", "one part missing"),
        ("isla, hall", ", isla", "one part missing"),
        ("mario,", ", rossi", "no common part"),
        (",", "mario, rossi", "no name"),
    ],
)
def test_compatible(one: str, other: str, why: str | None) -> None:
    found = compare(name(one), name(other))
    assert found.verdict == "compatible"
    assert why in (None, found.why)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mario", "maria"),
        ("paolo", "paola"),
        ("carlo", "carla"),
        ("daniel", "daniela"),
        ("michele", "michela"),
        ("andrea", "andreas"),
        ("anna", "anita"),
        ("luca", "lucia"),
        ("marta", "maria"),
        ("matteo", "mattia"),
        ("vincenzo", "lorenzo"),
        ("alessandro", "alessandra"),
        ("alesandro", "alessandra"),
        ("marko", "mirko"),
        ("maria grazia", "maria teresa"),
        ("giovanni", "giuseppe"),
    ],
)
def test_another_first_name_in_the_family(one: str, other: str) -> None:
    found = compare(Name(one, "rossi"), Name(other, "rossi"))
    assert (found.verdict, found.why) == ("different", "different first name")


@pytest.mark.parametrize(
    ("one", "other"),
    [("rossi", "russo"), ("rossi", "rosso"), ("ferrari", "ferraro"), ("conti", "costa")],
)
def test_another_last_name(one: str, other: str) -> None:
    found = compare(Name("mario", one), Name("mario", other))
    assert (found.verdict, found.why) == ("different", "different last name")


def test_a_slip_in_both_names_must_fit_both() -> None:
    assert compare(name("lukue, robinson"), name("luke, robinnso")).why == "typo"
    assert compare(name("lukue, robinson"), name("luke, rbnsn")).verdict == "different"


def test_a_name_that_is_both_first_and_last() -> None:
    """Bruno Marino and Marino Bruno may be one man; Bruno Marino and Bruno Greco are two."""
    assert compare(name("bruno, marino"), name("marino, bruno")).why == "swapped"
    assert compare(name("bruno, marino"), name("bruno, greco")).verdict == "different"


def test_the_closer_the_name_the_higher_the_score() -> None:
    asked = [
        "giuseppina, neri",
        "giuseppina, neri bianchi",
        "pina, neri",
        "giusepina, neri",
        "g, neri",
        "giuseppina,",
        "giovanna, neri",
    ]
    scores = [compare(name("giuseppina, neri"), name(one)).score for one in asked]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_two_given_names() -> None:
    assert are_two_given_names("marta", "maria")
    assert not are_two_given_names("pina", "giuseppina")
    assert not are_two_given_names("marta", "mrata"), "nobody is called Mrata"
    assert not are_two_given_names(None, "maria")


def test_short_forms_do_not_join_the_names_they_stand_for() -> None:
    """Enzo may be Lorenzo or Vincenzo; that makes no pair of these two."""
    assert len(words.nickname_lines()) > 1000
    assert words.are_nicknames("enzo", "lorenzo")
    assert words.are_nicknames("enzo", "vincenzo")
    assert not words.are_nicknames("vincenzo", "lorenzo")


_KEYS = st.one_of(
    st.none(),
    st.sampled_from(
        ["maria", "mario", "m", "anna maria", "annamaria", "rossi", "rossi bianchi", "de rossi",
         "pina", "giuseppina", "g b", "hall", "rosi", "", " "]
    ),
    st.text(max_size=30),
)  # fmt: skip
_NAMES = st.builds(Name, _KEYS, _KEYS)


@settings(max_examples=400, deadline=None)
@given(_NAMES, _NAMES)
def test_any_two_names_have_one_verdict_either_way(one: Name, other: Name) -> None:
    found = compare(one, other)
    assert found == compare(other, one)
    assert 0 <= found.score <= 1
    assert WHYS[found.why] == found.verdict or found.verdict == "compatible"


@settings(max_examples=200, deadline=None)
@given(_NAMES)
def test_a_name_is_never_different_from_itself(one: Name) -> None:
    assert compare(one, one).verdict != "different"


def test_a_text_of_any_length_is_compared_at_once() -> None:
    long = Name("a" * 100_000, "b " * 50_000)
    assert compare(long, Name("c" * 100_000, "d " * 50_000)).verdict == "different"
