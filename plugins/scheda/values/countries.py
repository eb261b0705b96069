"""Countries: the ISO code of a name in any European language, of a code or of a car's letter."""

from __future__ import annotations

from functools import cache

from scheda.values.folding import words

#: Whose names of the countries are understood (languages of the EU, and neighbours); where two
#: languages disagree, the first here is right.
_LANGUAGES = (
    "it", "de", "fr", "es", "pt", "nl", "pl", "ro", "sl", "hr", "cs", "sk", "hu", "da", "sv", "fi",
    "nb", "el", "bg", "et", "lv", "lt", "mt", "ga", "is", "ca", "sq", "sr", "tr", "uk", "ru",
)  # fmt: skip

#: What people write and no list of names has.
_SPELLINGS = {
    "IT": "i, ita, italy, repubblica italiana",
    "SM": "san marino, repubblica di san marino, rsm",
    "VA": "vaticano, città del vaticano, stato città del vaticano,"
    " vatican, vatican city, santa sede, scv",
    "GB": "uk, gran bretagna, regno unito, inghilterra, scozia, galles, irlanda del nord, england,"
    " scotland, wales, northern ireland, great britain, britain, united kingdom, grossbritannien,"
    " angleterre, grande bretagne, royaume uni, inglaterra, gran bretaña, engeland",
    "US": "usa, u.s.a., u.s., stati uniti, stati uniti d'america, united states,"
    " united states of america, america, etats unis, estados unidos, vereinigte staaten, eeuu",
    "FR": "f, la france",
    "DE": "d, brd, repubblica federale tedesca, federal republic of germany",
    "ES": "e",
    "PT": "p",
    "AT": "a, oesterreich",
    "BE": "b, belgio, belgie, belgique, belgien",
    "NL": "olanda, paesi bassi, holland, hollande, holanda, the netherlands, niederlande, pays bas",
    "LU": "l",
    "SE": "s",
    "NO": "n",
    "HU": "h",
    "CH": "svizzera, confederazione svizzera, swiss",
    "IE": "eire, repubblica d'irlanda, republic of ireland",
    "CZ": "repubblica ceca, czech republic, cechia, tschechische republik, republique tcheque",
    "SK": "repubblica slovacca, slovak republic",
    "GR": "el, ellada, hellas",
    "MK": "macedonia, macedonia del nord, fyrom",
    "MD": "moldova, moldavia, repubblica di moldova",
    "RU": "russia, federazione russa, россия",
    "TR": "turchia, turkey, turkei",
    "XK": "kosovo, rks, kosova",
    "BY": "bielorussia, belarus",
    "BA": "bosnia, bosnia erzegovina",
    "VN": "vietnam, viet nam",
    "KR": "corea del sud, corea, repubblica di corea, south korea, korea",
    "KP": "corea del nord, north korea",
    "TW": "taiwan",
    "IR": "iran",
    "SY": "siria, syria",
    "LY": "libia, libya",
    "BO": "bolivia",
    "VE": "venezuela",
    "TZ": "tanzania",
    "CD": "congo rd, repubblica democratica del congo, zaire",
    "CG": "congo",
    "CI": "costa d'avorio, ivory coast",
    "CV": "capo verde, cape verde",
    "MM": "birmania, burma",
    "CN": "cina, cina popolare, repubblica popolare cinese, prc",
    "HK": "hong kong",
    "MO": "macao",
    "AE": "emirati arabi, uae, eau, dubai, abu dhabi",
    "ZA": "sudafrica, rsa",
    "PS": "palestina, palestine, territori palestinesi",
    "SS": "sud sudan, sudan del sud",
    "TL": "timor est, timor orientale",
    "SZ": "swaziland",
    "PH": "filippine",
    "LK": "sri lanka, ceylon",
    "ME": "montenegro",
    "RS": "serbia",
}


@cache
def _codes() -> dict[str, str]:
    """Folded name or code -> two letters. What we say ourselves wins over the lists."""
    import gettext
    from pathlib import Path

    import pycountry

    known: dict[str, str] = {}
    for code, spellings in _SPELLINGS.items():
        for name in spellings.split(","):
            known[words(name)] = code
        known[code.lower()] = code
    countries = list(pycountry.countries)
    for country in countries:
        known.setdefault(country.alpha_2.lower(), country.alpha_2)
        known.setdefault(country.alpha_3.lower(), country.alpha_2)
    fields = ("common_name", "name", "official_name")
    names = [(c.alpha_2, getattr(c, field, None)) for field in fields for c in countries]
    for code, name in names:
        if name:
            known.setdefault(words(name), code)
    folder = Path(pycountry.__file__).parent / "locales"
    for language in _LANGUAGES:
        speak = gettext.translation("iso3166-1", folder, [language], fallback=True).gettext
        for code, name in names:
            if name:
                known.setdefault(words(speak(name)), code)
    known.pop("", None)
    return known


def country_code(written: str | None) -> str | None:
    """ISO 3166 code of a country as people write it; None for nothing and for what is no country.

    Understands names in the languages of Europe, two- and three-letter codes and the one letter
    of cars: 'Italia', 'ITALY', 'ita', 'I' -> 'IT'; 'Olanda' -> 'NL'; 'UK' -> 'GB'.
    """
    if not written:
        return None
    return _codes().get(words(written[:80]))
