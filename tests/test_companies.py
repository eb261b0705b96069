"""Companies: one spelling per legal form, one key per name, and names that only look like forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheda.values import parse_one


def company(written: str | None, home: str = "IT") -> dict[str, str | None]:
    return parse_one("companies", (written,), home)


def identity(written: str) -> tuple[str | None, ...]:
    """What two spellings of one company share."""
    parsed = company(written)
    return parsed["name_key"], parsed["legal_form"], parsed["owner_key"]


#: The first is the name as it is shown. All are invented.
SPELLINGS = [
    ("Zanetti & Figli S.r.l.", "ZANETTI & FIGLI S . R . L.", "Zanetti e Figli srl",
     "zanetti&figli s.r.l. unipersonale", "Zanetti & figli Società a responsabilità limitata",
     "Zanetti + Figli SRL a socio unico", "Spett.le Zanetti & Figli Srl in liquidazione",
     "Zanetti & Figli srl - P.IVA 00000010215", "ZANETTI AND FIGLI SRL (MI)"),
    ("Zanetti & Figli S.r.l.s.", "ZANETTI & FIGLI S.R.L.S.", "zanetti e figli srls"),
    ("Zanetti & Figli S.p.A.", "Zanetti & Figli società per azioni", "ZANETTI & FIGLI SPA"),
    ("Zanetti & C. S.n.c.", "ZANETTI E C. SNC", "Zanetti snc", "Zanetti & C. s.n.c."),
    ("Aurora Soc. Coop.", "Soc. Coop. a r.l. Aurora", "AURORA SOC.COOP.", "Aurora S.c.a.r.l.",
     "Cooperativa Sociale Aurora ONLUS", "Società Cooperativa Aurora"),
    ("Co.Ge.Va. S.r.l.", "COGEVA SRL", "co.ge.va. s.r.l."),
    ("A.B.Q. S.r.l.", "ABQ srl", "A B Q SRL"),
    ("Caffè dell'Angolo S.a.s.", "CAFFE' DELL'ANGOLO SAS", "Caffè dell' Angolo sas"),
    ("Fratelli Neroni S.n.c.", "F.lli Neroni snc", "FLLI NERONI S.N.C.", "F.LLI NERONI SNC"),
    ("Bar Stella S.a.s. di Anna Riva & C.", "BAR STELLA SAS DI RIVA ANNA E C."),
    ("Azienda Agricola Ulivi", "Az. Agr. Ulivi", "AZIENDA AGRICOLA ULIVI"),
    ("Società Agricola Ulivi S.r.l.", "Ulivi S.r.l. Società Agricola", "SOC. AGR. ULIVI SRL"),
    ("San Marco Legnami S.r.l.", "S. Marco Legnami srl", "SAN MARCO LEGNAMI SRL"),
    ("Krümel GmbH & Co. KG", "KRÜMEL GMBH & CO KG", "Kruemel GmbH und Co. KG"),
    ("Krümel GmbH", "Kruemel G.m.b.H.", "Krümel Gesellschaft mit beschränkter Haftung"),
    ("Brunel Frères SARL", "BRUNEL FRERES S.A.R.L.", "SARL Brunel Frères"),
    ("Wexley & Sons Ltd", "WEXLEY AND SONS LIMITED", "Wexley & Sons Ltd."),
    ("Wexley Inc.", "Wexley, Inc", "WEXLEY INCORPORATED"),
    ("Sol Nuevo S.L.", "SOL NUEVO SL", "Sol Nuevo, Sociedad Limitada"),
    ("Tulpenveld B.V.", "TULPENVELD BV", "Tulpenveld b.v."),
    ("Skov A/S", "SKOV A/S", "Skov Aktieselskab"),
    ("Wierzba Sp. z o.o.", "WIERZBA SPÓŁKA Z O.O.", "Wierzba sp z oo"),
    ("Borovice s.r.o.", "BOROVICE, S.R.O.", "Borovice spol. s r.o."),
    ("Ąžuolas UAB", "UAB Ąžuolas", "AZUOLAS UAB"),
]  # fmt: skip


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda spellings: spellings[0])
def test_spellings_of_a_company_are_one(spellings: tuple[str, ...]) -> None:
    assert {identity(spelling) for spelling in spellings} == {identity(spellings[0])}
    assert company(spellings[0])["display_name"] == spellings[0]


def test_near_namesakes_stay_apart() -> None:
    names = [spellings[0] for spellings in SPELLINGS]
    names += ["Zanetta & Figli S.r.l.", "Zanetti S.r.l.", "Zanetti Figlio S.r.l.", "Aurora S.r.l."]
    names += ["Bar Stella S.a.s. di Serra Ugo", "Fratelli Nerone S.n.c.", "Wexley & Sons LLC"]
    assert len({identity(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("SPA Hotel", "SPA Hotel"),
        ("Hotel Terme & SPA", "Hotel Terme & SPA"),
        ("AG Gioielli", "AG Gioielli"),
        ("Sara", "Sara"),
        ("COOP", "Coop"),
        ("Tiffanelli & Co.", "Tiffanelli & Co."),
        ("Casa di Cura San Marco", "Casa di Cura San Marco"),
        ("amazonia.com", "Amazonia.com"),
    ],
)
def test_a_name_that_looks_like_a_form_is_kept(written: str, shown: str) -> None:
    parsed = company(written)
    assert (parsed["display_name"], parsed["legal_form"]) == (shown, None)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("3Q ITALIA SRL", "3Q Italia S.r.l."),
        ("qzb spa", "QZB S.p.A."),
        ("D'ANGELINI COSTRUZIONI SPA", "D'Angelini Costruzioni S.p.A."),
        ("L'ANGOLO DEL GUSTO SRL", "L'Angolo del Gusto S.r.l."),
        ("Zeta & figli srl", "Zeta & Figli S.r.l."),
        ('Bar "Da Ugo"', "Bar Da Ugo"),
        ("Ditta Zanetti", "Zanetti"),
        ("Zeta S.r.l. - filiale di Lodi", "Zeta S.r.l."),
    ],
)
def test_capitals_and_what_stands_around_a_name(written: str, shown: str) -> None:
    assert company(written)["display_name"] == shown


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("privato", "no company name"),
        ("-", "no company name"),
        ("N/A", "no company name"),
        ("nessuna", "no company name"),
        (None, "no company name"),
        ("S.r.l.", "a legal form without a name"),
        ("info@zeta.example", "an e-mail address"),
        ("12345", "a number, no name"),
        ("P.IVA 00000010215", "a VAT number, no name"),
    ],
)
def test_what_names_no_company_says_why(written: str | None, reason: str) -> None:
    parsed = company(written)
    assert (parsed["name_key"], parsed["display_name"]) == (None, None)
    assert parsed["reason"] == reason


@pytest.mark.parametrize(
    ("written", "vat_number", "reason"),
    [
        ("Zeta srl P.IVA 00000010215", "00000010215", None),
        ("Zeta srl (VAT IT 00000010215)", "00000010215", None),
        ("Zeta srl, partita iva: IT00000010215", "00000010215", None),
        ("Zeta GmbH USt-IdNr. DE136695976", "DE136695976", None),
        ("Zeta srl P.IVA 00000010216", None, "the VAT number is not valid"),
    ],
)
def test_a_vat_number_inside_the_name(
    written: str, vat_number: str | None, reason: str | None
) -> None:
    parsed = company(written)
    assert (parsed["vat_number"], parsed["reason"]) == (vat_number, reason)
    assert parsed["name_key"] == "zeta"


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("Zeta srl in liquidazione", "liquidation"),
        ("Zeta S.r.l. (in liq.ne)", "liquidation"),
        ("Fallimento Zeta srl", "bankruptcy"),
        ("Zeta S.r.l. in concordato preventivo", "composition"),
        ("Zeta S.p.A. in amministrazione straordinaria", "administration"),
        ("Zeta GmbH i.L.", "liquidation"),
        ("Zeta srl", None),
    ],
)
def test_the_state_of_a_company_is_no_part_of_its_name(written: str, status: str | None) -> None:
    parsed = company(written)
    assert (parsed["status"], parsed["name_key"]) == (status, "zeta")


def test_a_form_of_several_countries_is_that_of_home() -> None:
    assert [company("Zeta SAS", home)["legal_form"] for home in ("IT", "FR", "DE")] == [
        "IT:sas", "FR:sas", "FR:sas",
    ]  # fmt: skip


PIECES = """
Zeta ZETA & e C. C srl S.r.l. SPA s.p.a. di Mario snc - in liquidazione (MI) (ex GmbH Co. KG Soc.
Coop. a r.l. Ltd AG SA Hotel P.IVA 00000010215 unipersonale filiale Lodi S . R L 3Q F.lli Ditta
Società Agricola Fa. d'Angelo , S. Marco o.o. Sp. z UAB Inh. ß İ ﬁ
"""
pieces = st.sampled_from(PIECES.split())


@given(st.one_of(st.lists(pieces, max_size=9).map(" ".join), st.text(max_size=60)))
def test_what_is_shown_reads_as_itself(written: str) -> None:
    first = company(written)
    again = company(first["display_name"])
    same = ("display_name", "name_key", "owner_key", "legal_form")
    assert [again[column] for column in same] == [first[column] for column in same]
    assert first["display_name"] or first["reason"]
