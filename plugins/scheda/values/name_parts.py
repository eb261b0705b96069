"""What else stands in a name's field: titles, notes, companies, families, and nobody at all."""

from __future__ import annotations

import re

from scheda.values.folding import fold
from scheda.values.lists import listed, words
from scheda.values.name_lists import is_given

#: Title -> how it is written, longest first where one begins another. A point or a space follows.
_TITLES = {
    r"sig\.?\s?ra|signora|s\.ra": "Sig.ra",
    r"sig\.?\s?na|signorina": "Sig.na",
    r"sigg\.?\s?ri|sigg": "Sigg.",
    r"sig|signor": "Sig.",
    r"dott\.?\s?ssa|dottoressa|dr\.?\s?ssa": "Dott.ssa",
    r"dott|dottore": "Dott.",
    r"dr": "Dr.",
    r"ing|ingegnere|ingegner|dipl\.?-?\s?ing": "Ing.",
    r"avv\.?\s?to|avv\.?\s?ssa|avv|avvocato|avvocatessa": "Avv.",
    r"geom|geometra": "Geom.",
    r"rag|ragioniere|ragioniera|ragionier": "Rag.",
    r"prof\.?\s?ssa|professoressa": "Prof.ssa",
    r"prof|professore|professor": "Prof.",
    r"arch\.?\s?tto|arch|architetto": "Arch.",
    r"sir": "Sir",
    r"comm\.": "Comm.",
    r"cav\.(?:\s?uff\.)?": "Cav.",
    r"on\.|onorevole": "On.",
    r"not\.|notaio": "Not.",
    r"mons|monsignor": "Mons.",
    r"mr|mister": "Mr",
    r"mrs|missis": "Mrs",
    r"ms": "Ms",
    r"miss": "Miss",
    r"herr|hr\.": "Herr",
    r"frau|fr\.": "Frau",
    r"mme|madame": "Mme",
    r"mlle|mademoiselle": "Mlle",
    r"monsieur": "M.",
    r"dhr|meneer": "Dhr.",
    r"mevr|mevrouw|mw\.": "Mevr.",
    r"sra|señora": "Sra.",
    r"srta|señorita": "Srta.",
    r"sr\.|señor": "Sr.",
    r"mag\.|mgr": "Mag.",
    r"suor": "Suor",
    # Courtesies before a title; no title of their own.
    r"gent\.?\s?m[ao]|gentilissim[ao]|gent\.|egr|egregi[ao]|spett\.?\s?l[ei]|ill\.?\s?mo": "",
}
_TITLE = re.compile(
    r"(?:^|(?<=[\s.,;/(]))(?:"
    + "|".join(f"(?P<t{n}>{pattern})" for n, pattern in enumerate(_TITLES))
    + r")(?:\.+|(?=[\s,;/)]|$))\s*",
    re.I,
)
_ALWAYS = listed("sig mr mrs ms dott")
_WRITTEN = list(_TITLES.values())
#: The first letters of all of them: most names are not searched at all.
_MAY_HAVE_TITLE = re.compile(
    r"\b(?:s\.ra|sig|dott|dr|dipl|ing|avv|geom|rag|prof|arch|comm|cav|on|not|mons?|sir|mr|ms"
    r"|mist|miss|herr|hr|frau|fr|mme|mad|mlle|dhr|men|mev|mw|sr|se[nñ]|mag|mgr|suor|gent|egr"
    r"|spett|ill)",
    re.I,
)

_NOTE = re.compile(r"[(\[{<*][^)\]}>]*[)\]}>*]?")
_NOBODY = words("no_names.txt")
_FORMS = re.compile(
    r"\b(?:s\.?\s?r\.?\s?l\.?(?:\s?s\.?)?|s\.?\s?p\.?\s?a|s\.?\s?n\.?\s?c|s\.?\s?a\.?\s?s|s\.c\.a\.r\.l"
    r"|s\.c\.r\.l|scarl|scrl|srls|sapa|s\.a\.p\.a|soc\.?\s?coop|coop|onlus|a\.s\.d|a\.p\.s|ssd|gmbh"
    r"|ltd|limited|llc|llp|plc|inc|corp|sarl|s\.à\s?r\.l|sasu|eurl|ohg|b\.v|n\.v|s\.a|a\.g|oyj?|aps"
    r"|s\.?r\.?o|d\.?o\.?o|kft|sp\.?\s?z\.?\s?o\.?\s?o)(?:\.|\b)(?=\s*$|\s*[-,(]|\s+(?:di|in|a|uni))",
    re.I,
)
_DOTTED = re.compile(r"\bs\.\s?(?:r\.\s?l|p\.\s?a|n\.\s?c|a\.\s?s)\b", re.I)
_AND_COMPANY = re.compile(r"&\s?c(?:o|ie)?\.?(?:\s|$)|&\s?figli|\be\s+figli\b|&\s?partners", re.I)
_BROTHERS = re.compile(r"f\.lli\b", re.I)
_COMPANY_WORDS = words("company_words.txt")
_COUPLE = re.compile(r"^(\S.*?)\s*(?:&|\+|/|\s(?:e|ed|and|und|et|y)\s)\s*(\S.*)$", re.I)
_FAMILY = re.compile(
    r"^(?:famiglia|fam\.|family|famille|familie|familia|eredi|coniugi)\s+|\s+(?:famiglia|family)\s*$",
    re.I,
)
_LONG_FORMS = listed("società societa società' ditta spettabile")


def without_title(text: str) -> tuple[str, list[str]]:
    """The text without the titles in it, and these as they are written. A short word without a
    point is left alone where it stands for itself: Ing may be somebody's name."""
    if not _MAY_HAVE_TITLE.search(text):
        return text, []
    titles: list[str] = []

    def take(found: re.Match[str]) -> str:
        # Without a point, only what stands before all is a title.
        if found.start() and "." not in found[0]:
            return found[0]
        titles.append(_WRITTEN[int(str(found.lastgroup)[1:])])
        return " "

    bare, before = text, ""
    while bare != before:
        before, bare = bare, " ".join(_TITLE.sub(take, bare).split())
    if not bare and len(text) < 5 and "." not in text and text.lower() not in _ALWAYS:
        return text, []
    return bare, [title for title in dict.fromkeys(titles) if title]


def without_note(text: str) -> str:
    """The text without what is in brackets, unless there is nothing else."""
    bare = " ".join(_NOTE.sub(" ", text).split())
    return bare or re.sub(r"[()\[\]{}<>*]", " ", text).strip()


def says_nobody(text: str) -> bool:
    """Does it stand for no name: n/a, test, xxx, unknown, cliente?"""
    bare = re.sub(r"[\W_]+", "", fold(text))
    return bare in _NOBODY or bool(re.fullmatch(r"(.)\1{2,}", bare)) or bare in ("x", "xx", "n", "")


def has_form(text: str) -> bool:
    """Does it end with the legal form of a company, or with `& C.`?"""
    found = _FORMS.search(text) or _AND_COMPANY.search(text)
    if not found or not text[: found.start()].strip():
        return False
    # Sas is a name in the east of Europe.
    return found[0].lower() != "sas" or not is_given(text[: found.start()].split())


def has_dotted_form(text: str) -> bool:
    """Does it hold the legal form of an Italian company with its points, wherever it stands?"""
    return bool(_DOTTED.search(text))


def has_trade(text: str) -> bool:
    """Does it begin as companies and offices do: Hotel …, Studio …, F.lli …?"""
    found = fold(text).replace(".", " ").split()
    return len(found) > 1 and bool(
        found[0] in _COMPANY_WORDS or found[0] in _LONG_FORMS or _BROTHERS.match(text)
    )


def family(text: str) -> str | None:
    """The name of a family: 'Famiglia Rossi' -> 'Rossi', 'Famiglia' -> ''; None for others."""
    bare = _FAMILY.sub("", f"{text} ").strip()
    return bare if bare != text.strip() else None


def couple(text: str) -> tuple[str, str] | None:
    """The two sides of 'Anna e Marco', 'Rossi / Bianchi'; None for other names."""
    found = _COUPLE.match(text)
    return (found[1], found[2]) if found else None
