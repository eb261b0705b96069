"""Do town, postal code and province of an Italian address agree? Two of them prove the third."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from scheda.values.casing import capitalised, is_uniform
from scheda.values.folding import words
from scheda.values.places import (
    Province,
    Town,
    province_of,
    region_of,
    squeezed,
    town_of_part,
    towns_named,
    towns_of_postal_code,
)

#: A misspelt town is another's only when the postal code says which, and it is spelt this alike.
_ALIKE = 80


@dataclass(slots=True)
class Place:
    """What an address says of its place, made uniform. `key` names the place in an address key."""

    postal_code: str | None = None
    city: str | None = None
    province: str | None = None
    region: str | None = None
    reasons: list[str] = field(default_factory=list)
    key: str | None = None


def agreed(postal_code: str | None, city: str | None, province: str | None) -> Place:
    """The three as written -> the place, completed and corrected where two of them prove the
    third. What nothing proves stays as written, and a reason names the field."""
    place, key = _agreed(postal_code, city, province)
    code, town, sigla, region, reasons = place
    return Place(code, town, sigla, region, list(reasons), key)


@lru_cache(maxsize=20_000)
def _agreed(
    postal_code: str | None, city: str | None, province: str | None
) -> tuple[tuple[str | None, str | None, str | None, str | None, tuple[str, ...]], str | None]:
    written = _Written(postal_code, city, province)
    place = written.settled()
    parts = (place.postal_code, place.city, place.province, place.region, tuple(place.reasons))
    return parts, place.key


class _Written:
    """The three fields as written, and what each may mean."""

    def __init__(self, postal_code: str | None, city: str | None, province: str | None) -> None:
        self.digits = _digits(postal_code)
        self.city, sigla = _without_sigla(_spaced(city))
        self.province_text = _spaced(province)
        self.province: Province | None = (
            province_of(self.province_text) if self.province_text else None
        )
        if self.province is None and sigla:
            self.province = province_of(sigla)
        self.part_of = town_of_part(self.city) if self.city else None
        self.named = (self.part_of,) if self.part_of else towns_named(self.city or "")
        self.code = self._code()
        self.coded = towns_of_postal_code(self.code) if self.code else ()
        self.place = Place(self.code or _spaced(postal_code), self._shown(None))

    def _code(self) -> str | None:
        """Five digits. A spreadsheet eats leading zeros: they come back only where the town, or
        without a town the province, has that very code."""
        if self.digits is None or len(self.digits) == 5:
            return self.digits
        code = self.digits.zfill(5)
        if self.named:
            proven = any(code in town.postal_codes for town in self.named)
        else:
            towns = towns_of_postal_code(code)
            proven = self.province is not None and any(
                town.province == self.province.sigla for town in towns
            )
        return code if proven else None

    def settled(self) -> Place:
        place = self.place
        if place.postal_code and not self.code:
            place.reasons.append("postal_code: not five digits")
        town = self._town()
        if town:
            self._check_postal_code(town)
            self._check_province(town)
            place.city = self._shown(town)
        else:
            self._without_town()
        place.region = region_of(place.province) if place.province else None
        if self.province_text and not self.province and place.province == self.province_text:
            place.reasons.append("province: not a known one")
        self._name_key(town)
        return place

    def _town(self) -> Town | None:
        """The one town meant, if the fields leave one."""
        if not self.named:
            return self._town_of_code()
        towns = [town for town in self.named if self._fits(town)] or list(self.named)
        if len(towns) > 1:
            self.place.reasons.append("city: several towns have this name")
            return None
        town = towns[0]
        if self._is_outvoted(town):
            self.place.reasons.append("city: corrected, postal code and province agree")
            return self.coded[0]
        return town

    def _fits(self, town: Town) -> bool:
        """Among namesakes: is it the one of the province, or of the postal code?"""
        if self.coded:
            return town in self.coded
        return self.province is not None and town.province == self.province.sigla

    def _is_outvoted(self, town: Town) -> bool:
        """Province and postal code name one other town together. A postal code of the town itself
        or a town of the province itself is a vote for it."""
        return (
            self.province is not None
            and len(self.coded) == 1
            and town not in self.coded
            and town.province != self.province.sigla
            and self.coded[0].province == self.province.sigla
        )

    def _town_of_code(self) -> Town | None:
        """The town of the postal code: when none is written, or one misspelt."""
        coded = self.coded
        if self.province and any(town.province == self.province.sigla for town in coded):
            coded = tuple(town for town in coded if town.province == self.province.sigla)
        elif self.province:
            return None
        if not self.city:
            if len(coded) == 1:
                self.place.reasons.append("city: from the postal code")
                return coded[0]
            return None
        alike = [town for town in coded if _is_alike(self.city, town)]
        if len(alike) == 1:
            self.place.reasons.append("city: spelling corrected, the postal code has it")
            return alike[0]
        return None

    def _check_postal_code(self, town: Town) -> None:
        place = self.place
        if not self.code or town.is_abolished or self.code in town.postal_codes:
            return
        if self.code in town.generic_postal_codes:
            place.reasons.append("postal_code: the town's general one, not of a zone")
        elif (
            self.province is not None
            and self.province.sigla == town.province
            and len(town.postal_codes) == 1
        ):
            [place.postal_code] = town.postal_codes
            place.reasons.append("postal_code: corrected, town and province agree")
        else:
            place.reasons.append("postal_code: not of this town")

    def _check_province(self, town: Town) -> None:
        place = self.place
        own = province_of(town.province)
        sigla = own.sigla if own else None
        if town.is_abolished and self.province:
            # The last province of a town that is no more need not be today's.
            sigla = self.province.sigla
        if self.province is None or self.province.sigla == sigla:
            contested = "postal_code: not of this town" in place.reasons
            place.province = None if contested and self.province is None else sigla
        elif self.code and self.code in town.postal_codes | town.generic_postal_codes:
            place.province = sigla
            place.reasons.append("province: corrected, town and postal code agree")
        else:
            place.province = self.province.sigla
            place.reasons.append("province: not of this town")

    def _without_town(self) -> None:
        """No single town: the postal code's province, or the one written."""
        place = self.place
        theirs = {town.province for town in self.coded}
        place.province = self.province.sigla if self.province else self.province_text
        if self.city and not self.named:
            place.reasons.append("city: not the name of a town")
        if self.code and not self.coded:
            place.reasons.append("postal_code: not a known one")
        elif self.province and theirs and self.province.sigla not in theirs:
            place.reasons.append("province: not of this postal code")
        elif not self.province and len(theirs) == 1:
            [place.province] = theirs

    def _shown(self, town: Town | None) -> str | None:
        if town and not (self.part_of and town is self.part_of):
            return town.name
        if self.city and is_uniform(self.city):
            return capitalised(self.city)
        return self.city

    def _name_key(self, town: Town | None) -> None:
        place = self.place
        if town and not (town.is_abolished and self.code):
            place.key = f"{words(town.name)} {town.province.lower()}"
        else:
            place.key = self.code or (words(place.city) if place.city else None)


def _spaced(text: str | None) -> str | None:
    """One space where there are many; None when no letter nor digit is left."""
    if not text or not re.search(r"\w", text):
        return None
    return " ".join(text[:200].replace("’", "'").replace("`", "'").split()).strip(" ,;-")


def _digits(text: str | None) -> str | None:
    """The digits of a postal code (I-20121, 20121.0, 2O121); None when it has other letters."""
    if not text:
        return None
    bare = re.sub(r"^\s*(?:I|IT|CAP)\s*[-.: ]*\s*(?=\d)|\.0+\s*$|\s", "", text[:40], flags=re.I)
    if re.fullmatch(r"[\dOo]{5}", bare) and bare[0].isdigit():
        bare = bare.upper().replace("O", "0")
    return bare if re.fullmatch(r"[0-9]{3,5}", bare) else None


def _without_sigla(city: str | None) -> tuple[str | None, str | None]:
    """`Monza (MB)`, `MONZA - MB`, `20900 Monza MB` → Monza and MB."""
    if not city:
        return None, None
    bare = re.sub(r"^(?:I-?)?\d{5}\s+(?=\D)", "", city)
    found = re.fullmatch(
        r"(?P<city>.*\w.*?)(?:\s*[(\[]\s*|\s*[-,/]\s*|\s+)(?P<sigla>[A-Za-z]{2})[)\]]?", bare
    )
    if found and not towns_named(bare) and (province := province_of(found["sigla"])):
        return found["city"].strip(" ,-"), province.sigla
    return bare, None


def _is_alike(written: str, town: Town) -> bool:
    from rapidfuzz.fuzz import ratio

    return any(ratio(squeezed(written), squeezed(name)) >= _ALIKE for name in town.names)
