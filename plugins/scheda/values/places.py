"""Italian towns (comuni), provinces, regions, postal codes (CAP) and land-registry codes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"

# Sigle that are no more, and the province most of their towns belong to now.
FORMER_PROVINCES = {
    "FO": "FC",
    "PS": "PU",
    "OT": "SS",
    "OG": "NU",
    "CI": "SU",
    "VS": "SU",
    "ROMA": "RM",
}
# Ways to write a province beside its name and its sigla.
PROVINCE_SPELLINGS = {
    "valledaosta": "AO",
    "valleedaoste": "AO",
    "altoadige": "BZ",
    "bolzanobozen": "BZ",
    "bozen": "BZ",
    "sudtirol": "BZ",
    "trentino": "TN",
    "monzabrianza": "MB",
    "monzaebrianza": "MB",
    "monza": "MB",
    "brianza": "MB",
    "forli": "FC",
    "cesena": "FC",
    "pesaro": "PU",
    "pesarourbino": "PU",
    "urbino": "PU",
    "massa": "MS",
    "carrara": "MS",
    "reggioemilia": "RE",
    "reggiodicalabria": "RC",
    "verbania": "VB",
    "barletta": "BT",
    "andria": "BT",
    "trani": "BT",
    "carbonia": "SU",
    "mediocampidano": "SU",
    "ogliastra": "NU",
    "olbiatempio": "SS",
}
# Ways to write a town that no register has: foreign names, and what people leave out.
TOWN_SPELLINGS = {
    "rome": "H501",
    "rom": "H501",
    "romacapitale": "H501",
    "milan": "F205",
    "mailand": "F205",
    "turin": "L219",
    "florence": "D612",
    "florenz": "D612",
    "venice": "L736",
    "venedig": "L736",
    "venise": "L736",
    "naples": "F839",
    "neapel": "F839",
    "genoa": "D969",
    "genua": "D969",
    "genes": "D969",
    "padua": "G224",
    "mantua": "E897",
    "leghorn": "E625",
    "syracuse": "I754",
    "reggioemilia": "H223",
    "reggiocalabria": "H224",
    "bolzanobozen": "A952",
    "aoste": "A326",
}
# Parts of a large town that people write as their town.
TOWN_PARTS = {
    "mestre": "L736",
    "veneziamestre": "L736",
    "marghera": "L736",
    "lidodivenezia": "L736",
    "murano": "L736",
    "ostia": "H501",
    "ostialido": "H501",
    "lidodiostia": "H501",
    "acilia": "H501",
    "sampierdarena": "D969",
    "genovasampierdarena": "D969",
    "sestriponente": "D969",
    "nervi": "D969",
    "mondello": "G273",
    "camerlata": "C933",
    "marinadiravenna": "H199",
    "viserba": "H294",
}


@dataclass(frozen=True, slots=True)
class Town:
    """One comune. `code` is the land registry's (H501 = Roma); `names[0]` is the Italian one, then
    the second language's and former ones. An abolished town has no postal codes."""

    code: str
    province: str
    names: tuple[str, ...]
    postal_codes: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def is_abolished(self) -> bool:
        return not self.postal_codes

    @property
    def generic_postal_codes(self) -> frozenset[str]:
        """Of a town of several codes, the one everybody writes who does not know the zone
        (20100 Milano): no valid code any more, but no other town's either."""
        if len(self.postal_codes) < 2:
            return frozenset()
        return frozenset(code[:3] + "00" for code in self.postal_codes)


@dataclass(frozen=True, slots=True)
class Province:
    sigla: str
    name: str
    region: str


def squeezed(text: str) -> str:
    """Small letters and digits, no accents nor spaces: how spellings of a place are compared."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", text.lower())


@cache
def provinces() -> dict[str, Province]:
    """By sigla."""
    lines = (DATA / "provinces.tsv").read_text(encoding="utf-8").splitlines()
    return {line.split("\t")[0]: Province(*line.split("\t")) for line in lines}


@cache
def towns() -> dict[str, Town]:
    """By land-registry code, abolished towns too (nobody is born there any more, many were)."""
    found = {}
    for line in (DATA / "comuni_abolished.tsv").read_text(encoding="utf-8").splitlines():
        code, sigla, name = line.split("\t")
        found[code] = Town(code, sigla, (name,))
    for line in (DATA / "comuni.tsv").read_text(encoding="utf-8").splitlines():
        code, sigla, names, codes = line.split("\t")
        found[code] = Town(code, sigla, tuple(names.split("|")), _postal_codes(codes))
    return found


def _postal_codes(text: str) -> frozenset[str]:
    """`00118-99 00010` means 00118, 00119, … 00199 and 00010."""
    found = set()
    for part in text.split():
        first, _, last = part.partition("-")
        end = int(first[: -len(last)] + last) if last else int(first)
        found |= {f"{number:05d}" for number in range(int(first), end + 1)}
    return frozenset(found)


@cache
def _towns_by_name() -> tuple[dict[str, list[Town]], ...]:
    """Three indexes of squeezed names: today's; former names of today's towns; abolished towns."""
    today: dict[str, list[Town]] = {}
    former: dict[str, list[Town]] = {}
    abolished: dict[str, list[Town]] = {}
    for town in towns().values():
        if town.is_abolished:
            abolished.setdefault(squeezed(town.name), []).append(town)
            continue
        today.setdefault(squeezed(town.name), []).append(town)
        for name in town.names[1:]:
            former.setdefault(squeezed(name), []).append(town)
    for spelling, code in TOWN_SPELLINGS.items():
        former.setdefault(spelling, []).append(towns()[code])
    return today, former, abolished


@cache
def _towns_by_postal_code() -> dict[str, tuple[Town, ...]]:
    found: dict[str, list[Town]] = {}
    for town in towns().values():
        for code in town.postal_codes | town.generic_postal_codes:
            found.setdefault(code, []).append(town)
    return {code: tuple(listed) for code, listed in found.items()}


def towns_named(text: str) -> tuple[Town, ...]:
    """Towns that the text may name, best kind of name first: today's, then former and foreign ones,
    then abolished towns. Several when towns share the name; none for what is no town."""
    if "/" in text:
        for part in text.split("/"):
            if found := towns_named(part):
                return found
    for spelling in _saints(text):
        for index in _towns_by_name():
            if found := index.get(spelling):
                return tuple(found)
    return ()


def _saints(text: str) -> list[str]:
    """The squeezed text; with `S.` at its start or inside, every saint it may stand for too."""
    if not re.search(r"\bS{1,2}\b[. ]", text, re.I):
        return [squeezed(text)]
    full = ("San ", "Santa ", "Sant'", "Santo ", "Santi ")
    return [squeezed(text)] + [
        squeezed(re.sub(r"\bS{1,2}\b[. ]+", saint, text, flags=re.I)) for saint in full
    ]


def town_of_part(text: str) -> Town | None:
    """The town of which the text names a well-known part (Mestre → Venezia)."""
    code = TOWN_PARTS.get(squeezed(text))
    return towns()[code] if code else None


def towns_of_postal_code(code: str) -> tuple[Town, ...]:
    """Towns that have the five digits, or whose generic code they are."""
    return _towns_by_postal_code().get(code, ())


@cache
def _provinces_by_name() -> dict[str, str]:
    found = {squeezed(province.name): sigla for sigla, province in provinces().items()}
    return PROVINCE_SPELLINGS | found


def province_of(text: str) -> Province | None:
    """The province a sigla (in any case, `(MI)`, former ones too) or a name stands for."""
    key = squeezed(re.sub(r"^\W*(prov(incia)?\b\.?( di\b| del\w*\b)?)", "", text, flags=re.I))
    sigla = key.upper()
    sigla = FORMER_PROVINCES.get(sigla, sigla)
    if sigla not in provinces():
        sigla = _provinces_by_name().get(key, "")
    return provinces().get(sigla)


def region_of(sigla: str) -> str | None:
    """The region of a province, by its sigla."""
    province = provinces().get(sigla)
    return province.region if province else None


def birth_place(code: str) -> tuple[str, str] | None:
    """Name and province (sigla) of the town with that land-registry code (`H501` → Roma, RM), as
    its fiscal codes tell it, abolished towns too; None for other codes (Z… are countries)."""
    town = towns().get(code.upper())
    return (town.name, town.province) if town else None
