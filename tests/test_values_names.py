"""Names of people: case, titles, first and last in place, keys, and what is no name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheda.values import parse_one


def read(first: str | None, last: str | None) -> dict:
    return parse_one("names", (first, last))


def shown(found: dict) -> tuple[str | None, str | None]:
    return found["clean_first_name"], found["clean_last_name"]


@pytest.mark.parametrize(
    ("written", "clean", "key"),
    [
        ("ROSSI", "Rossi", "rossi"),
        ("rossi", "Rossi", "rossi"),
        ("DE ROSSI", "De Rossi", "derossi"),
        ("De Rossi", "De Rossi", "derossi"),
        ("de Rossi", "de Rossi", "derossi"),
        ("D'ANGELO", "D'Angelo", "dangelo"),
        ("D’Angelo", "D'Angelo", "dangelo"),
        ("d' angelo", "D'Angelo", "dangelo"),
        ("DELLA VALLE", "Della Valle", "dellavalle"),
        ("DELL'ORTO", "Dell'Orto", "dellorto"),
        ("DEGLI ESPOSTI", "Degli Esposti", "degliesposti"),
        ("lo presti", "Lo Presti", "lopresti"),
        ("DI SAN MARZANO", "Di San Marzano", "disanmarzano"),
        ("DE' ROSSI", "De' Rossi", "derossi"),
        ("van der berg", "van der Berg", "vanderberg"),
        ("VAN DE VELDE", "van de Velde", "vandevelde"),
        ("VON TRAPP", "von Trapp", "vontrapp"),
        ("dos santos", "dos Santos", "dossantos"),
        ("DE LA CRUZ", "de la Cruz", "delacruz"),
        ("GARCÍA LÓPEZ", "García López", "garcia lopez"),
        ("ramón y cajal", "Ramón y Cajal", "ramon cajal"),
        ("McAdam", "McAdam", "mcadam"),
        ("MCADAM", "McAdam", "mcadam"),
        ("mcadam", "McAdam", "mcadam"),
        ("MACDONALD", "MacDonald", "macdonald"),
        ("MACCHI", "Macchi", "macchi"),
        ("O'NEILL", "O'Neill", "oneill"),
        ("o neill", "O'Neill", "oneill"),
        ("D ANGELO", "D'Angelo", "dangelo"),
        ("dell orto", "Dell'Orto", "dellorto"),
        ("DeVito", "DeVito", "devito"),
        ("rOSSI", "Rossi", "rossi"),
        ("ROSSI-BIANCHI", "Rossi-Bianchi", "rossi bianchi"),
        ("rossi - bianchi", "Rossi-Bianchi", "rossi bianchi"),
        ("ROSSI IN BIANCHI", "Rossi in Bianchi", "rossi bianchi"),
        ("ved. rossi", "ved. Rossi", "rossi"),
        ("CANTU'", "Cantù", "cantu"),
        ("MÜLLER", "Müller", "muller"),
        ("ŁUCZAK", "Łuczak", "luczak"),
        ("Smith Jr.", "Smith Jr.", "smith"),
        ("WINDSOR III", "Windsor III", "windsor"),
        ("LA", "La", "la"),
    ],
)
def test_last_names(written: str, clean: str, key: str) -> None:
    found = read("Zxy", written)
    assert (found["clean_last_name"], found["last_key"], found["reason"]) == (clean, key, None)


@pytest.mark.parametrize(
    ("written", "clean", "key"),
    [
        ("ANNA MARIA", "Anna Maria", "anna maria"),
        ("anna-maria", "Anna-Maria", "anna maria"),
        ("NICOLO'", "Nicolò", "nicolo"),
        ("JEAN-CLAUDE", "Jean-Claude", "jean claude"),
        ("maria del carmen", "Maria del Carmen", "maria delcarmen"),
        ("a", "A.", "a"),
        ("A.", "A.", "a"),
        ("a. maria", "A. Maria", "a maria"),
        ("g.b.", "G.B.", "g b"),
        ("A.Maria", "A. Maria", "a maria"),
    ],
)
def test_first_names(written: str, clean: str, key: str) -> None:
    found = read(written, "Rossi")
    assert (found["clean_first_name"], found["first_key"], found["reason"]) == (clean, key, None)


@pytest.mark.parametrize(
    ("first", "last", "title", "clean"),
    [
        ("Sig.ra Anna", "Rossi", "Sig.ra", ("Anna", "Rossi")),
        ("SIG. MARIO", "ROSSI", "Sig.", ("Mario", "Rossi")),
        ("Sig.Mario", "Rossi", "Sig.", ("Mario", "Rossi")),
        ("Dott. Ing. Marco", "Rossi", "Dott. Ing.", ("Marco", "Rossi")),
        ("dott ssa anna", "rossi", "Dott.ssa", ("Anna", "Rossi")),
        ("Anna", "Avv. Rossi", "Avv.", ("Anna", "Rossi")),
        ("Anna", "Rossi Prof.ssa", "Prof.ssa", ("Anna", "Rossi")),
        ("Geom. Luca", "Rossi", "Geom.", ("Luca", "Rossi")),
        ("Gent.ma Sig.ra Anna", "Rossi", "Sig.ra", ("Anna", "Rossi")),
        ("Mr John", "Smith", "Mr", ("John", "Smith")),
        ("Mrs. Jane", "Smith", "Mrs", ("Jane", "Smith")),
        ("Frau Dr. Erika", "Müller", "Frau Dr.", ("Erika", "Müller")),
        ("Mme Marie", "Dupont", "Mme", ("Marie", "Dupont")),
        ("Signora", "Rossi", "Sig.ra", (None, "Rossi")),
        ("Sig.", "Rossi", "Sig.", (None, "Rossi")),
        ("Ing", "Li", None, ("Ing", "Li")),
        ("Don", "Smith", None, ("Don", "Smith")),
        ("Anna", "Drago", None, ("Anna", "Drago")),
        ("Sigfrido", "Rossi", None, ("Sigfrido", "Rossi")),
    ],
)
def test_titles_are_set_apart(
    first: str, last: str, title: str | None, clean: tuple[str | None, str | None]
) -> None:
    found = read(first, last)
    assert (found["title"], shown(found)) == (title, clean)


@pytest.mark.parametrize(
    ("first", "last", "clean"),
    [
        ("ROSSI", "Anna", ("Anna", "Rossi")),
        ("Rossi", "Anna Maria", ("Anna Maria", "Rossi")),
        ("De Rossi", "Anna", ("Anna", "De Rossi")),
        ("Di Stefano", "Giovanni", ("Giovanni", "Di Stefano")),
        ("Visentin", "Giulia", ("Giulia", "Visentin")),
        ("O'NEILL", "SHAUN", ("Shaun", "O'Neill")),
        ("Rossi", "M.", ("M.", "Rossi")),
        ("Rossi", None, (None, "Rossi")),
        (None, "Anna", ("Anna", None)),
    ],
)
def test_swapped_names_are_put_back(
    first: str | None, last: str | None, clean: tuple[str | None, str | None]
) -> None:
    found = read(first, last)
    assert (shown(found), found["is_swapped"]) == (clean, True)
    assert found["reason"]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Anna", "Rossi"), ("Bruno", "Anna"), ("Bruno", "Franco"), ("Marino", "Romano"),
        ("Svetlana", "Bruno"), ("Xhensila", "Leone"), ("Thomas", "James"), ("Kelly", "Ryan"),
        ("Elton", "John"), ("Luca", "De Luca"), ("Stefano", "Di Stefano"), ("Bianchi", "Rossi"),
        ("R.", "Anna"), ("Martino", "Martino"),
    ],
)  # fmt: skip
def test_names_that_decide_nothing_stay_where_they_are(first: str, last: str) -> None:
    found = read(first, last)
    assert (shown(found), found["is_swapped"], found["reason"]) == ((first, last), False, None)


@pytest.mark.parametrize(
    ("first", "last", "clean"),
    [
        (None, "Rossi Anna", ("Anna", "Rossi")),
        (None, "ANNA ROSSI", ("Anna", "Rossi")),
        ("Anna Rossi", None, ("Anna", "Rossi")),
        ("Anna Visentin", None, ("Anna", "Visentin")),
        ("ROSSI ANNA MARIA", None, ("Anna Maria", "Rossi")),
        (None, "De Luca Giuseppe", ("Giuseppe", "De Luca")),
        (None, "Maria De Filippi", ("Maria", "De Filippi")),
        (None, "Marino Anna", ("Anna", "Marino")),
        (None, "Rossi, Anna", ("Anna", "Rossi")),
        ("Anna Rossi", "Anna Rossi", ("Anna", "Rossi")),
        ("Anna", "Rossi Anna", ("Anna", "Rossi")),
        ("Anna Rossi", "Rossi", ("Anna", "Rossi")),
        ("Rossi Anna", "Rossi", ("Anna", "Rossi")),
        ("Anna Rossi", "Rossi Anna", ("Anna", "Rossi")),
        ("Anna", "Anna", ("Anna", None)),
        ("Rossi", "Rossi", (None, "Rossi")),
        (None, "Bruno Franco", (None, "Bruno Franco")),
        ("Anna Maria", None, ("Anna Maria", None)),
    ],
)
def test_a_whole_name_in_one_field(
    first: str | None, last: str | None, clean: tuple[str | None, str | None]
) -> None:
    assert shown(read(first, last)) == clean


@pytest.mark.parametrize(
    ("first", "last", "clean", "reason"),
    [
        ("test", "test", (None, None), "stands for no name"),
        ("n/a", "N.D.", (None, None), "stands for no name"),
        ("xxx", "Rossi", (None, "Rossi"), "stands for no name"),
        ("Cliente", "Occasionale", (None, None), "stands for no name"),
        ("Anna", "12345", ("Anna", None), "digits in place of a name"),
        ("Anna", "Rossi1", ("Anna", "Rossi"), "digits in the name are left out"),
        ("Anna", "Rossi 1965", ("Anna", "Rossi"), "digits in the name are left out"),
        ("Anna", "anna@example.it", ("Anna", None), "an address in place of a name"),
        ("Anna", "Rossi (mamma di Luca)", ("Anna", "Rossi"), "a note is left out"),
        (None, "Rossi S.r.l.", (None, None), "a company, not a person"),
        ("Mario Rossi", "& C. snc", (None, None), "a company, not a person"),
        ("Studio Legale", "Rossi", (None, None), "a company, not a person"),
        ("Mario", "Hotel Roma", ("Mario", None), "a company, not a person"),
        ("Famiglia", "Rossi", (None, "Rossi"), "a family, not a person"),
        ("Anna e Marco", "Rossi", ("Anna e Marco", "Rossi"), "more than one person"),
        (None, "Sig. e Sig.ra Rossi", (None, "Rossi"), "more than one person"),
        ("Anna", "x" * 200, ("Anna", None), "too long for a name"),
    ],
)
def test_what_is_no_persons_name_says_why(
    first: str | None, last: str, clean: tuple[str | None, str | None], reason: str
) -> None:
    found = read(first, last)
    assert (shown(found), found["reason"]) == (clean, reason)


@pytest.mark.parametrize(
    ("first", "last", "name_key"),
    [
        ("Anna", "De Rossi", "anna derossi"),
        ("De Rossi", "Anna", "anna derossi"),
        ("Anna Maria", "Rossi", "anna maria rossi"),
        ("Anna B.", "Rossi", "anna rossi"),
        ("Иван", "Иванов", "иван иванов"),
        ("明", "李", "明 李"),
        ("A.", "Rossi", None),
        ("Anna", "R.", None),
        ("Anna", None, None),
        (None, "Rossi", None),
        ("Anna e Marco", "Rossi", None),
    ],
)
def test_the_key_of_a_whole_name(first: str | None, last: str | None, name_key: str | None) -> None:
    assert read(first, last)["name_key"] == name_key


def test_nothing_gives_nothing() -> None:
    assert set(read(None, None).values()) == set(read(" ", "").values()) == {None}


WORDS = """
Anna MARCO rossi De D'ANGELO van der BERG O'neill A. g.b. Maria-Luisa Sig.ra DOTT. (nota) 12 test
NICOLO' mcadam Bruno ÅSA di la ved. in Jr. d o dell III Mc S.r.l. bIANCHI
"""
TWO_FIELDS = st.lists(st.sampled_from(WORDS.split()), max_size=6, unique=True).flatmap(
    lambda words: st.integers(0, len(words)).map(
        lambda cut: (" ".join(words[:cut]), " ".join(words[cut:]))
    )
)
ANYTHING = st.one_of(TWO_FIELDS, st.tuples(*[st.none() | st.text(max_size=30)] * 2))


@given(ANYTHING)
def test_any_text_is_read(written: tuple[str | None, str | None]) -> None:
    found = read(*written)
    said = found["reason"] or found["title"]
    assert any(shown(found)) or said or not "".join(part or "" for part in written).strip()


@given(TWO_FIELDS)
def test_a_clean_name_reads_as_itself(written: tuple[str, str]) -> None:
    clean = shown(read(*written))
    again = read(*clean)
    assert (shown(again), bool(again["is_swapped"])) == (clean, False)
