"""The people of the sample company: who they are, how they behave, where they are registered."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scheda.sample.vocabulary import (
    ABROAD,
    CHANNELS,
    FAMILIES,
    FIRMS,
    MAIL_DOMAINS,
    MEN,
    OWNERS,
    SOURCES,
    STREETS,
    TOWNS,
    WOMEN,
    Firm,
    Place,
)

if TYPE_CHECKING:
    import random

#: How many people behave in which way. Every segment of the sample is filled by construction.
BEHAVIOURS = {
    "never": 255,  # registered, bought nothing
    "engaged": 95,  # reads every e-mail, bought nothing
    "once": 290,
    "few": 225,
    "loyal": 68,  # ten orders and more: high value
    "dormant": 125,  # bought, but not in the last year
    "young": 16,  # women 18–25 who bought online, above 100 euro, in the last 30 days
    "new": 34,  # registered in the last 30 days
    "store": 62,  # buy in the two shops only
    "foreign": 40,  # Switzerland, United Kingdom, United States
}


@dataclass(frozen=True)
class Person:
    """One invented person. Dates are business days; None means nobody knows."""

    number: int
    first_name: str
    last_name: str
    gender: str
    birth_date: date | None
    email: str | None
    phone: str
    street: str
    place: Place
    registered_on: date
    behaviour: str
    firm: Firm | None = None
    consent: bool | None = None
    owner: str = ""
    source: str = ""
    channel: str = ""
    in_crm: bool = True
    has_account: bool = False
    loyalty_card: str | None = None
    moved_on: date | None = None
    mail_client: str = "human"  # human, apple (opens by machine), scanner (clicks by machine)
    currency: str = "EUR"

    @property
    def code(self) -> str:
        """The CRM's code."""
        return f"C{self.number:05d}"

    @property
    def shop_id(self) -> int | None:
        return 700_000 + self.number if self.has_account else None


def population(as_of: date, rng: random.Random) -> list[Person]:
    """Everybody known at the end of `as_of`, in order of number."""
    behaviours = [name for name, count in BEHAVIOURS.items() for _ in range(count)]
    rng.shuffle(behaviours)
    return [person(n, name, as_of, rng) for n, name in enumerate(behaviours, start=1)]


def person(number: int, behaviour: str, as_of: date, rng: random.Random) -> Person:
    """One person who behaves as told, registered at most 24 months before `as_of`."""
    gender = "F" if behaviour == "young" else rng.choice("FFFMM")
    first = rng.choice(WOMEN if gender == "F" else MEN)
    last = rng.choice(FAMILIES)
    currency = rng.choice(("CHF", "CHF", "GBP", "USD")) if behaviour == "foreign" else "EUR"
    place = rng.choice(ABROAD[currency] if currency != "EUR" else TOWNS)
    firm = rng.choice(FIRMS) if behaviour in ("few", "loyal") and rng.random() < 0.18 else None
    registered_on = _registration(behaviour, as_of, rng)
    made = Person(
        number=number,
        first_name=first,
        last_name=last,
        gender=gender,
        birth_date=_birth(behaviour, as_of, rng),
        email=_email(number, first, last, firm, rng),
        phone=_phone(number, currency, rng),
        street=f"{rng.choice(STREETS)}, {rng.randint(1, 148)}",
        place=place,
        registered_on=registered_on,
        behaviour=behaviour,
        firm=firm,
        consent=rng.choices((True, False, None), (78, 12, 10))[0],
        owner=rng.choice(OWNERS) if rng.random() < 0.85 else "",
        source=rng.choice(SOURCES),
        channel=rng.choice(CHANNELS),
        mail_client=rng.choices(("human", "apple", "scanner"), (70, 24, 6))[0],
        currency=currency,
    )
    return _registries(made, as_of, rng)


def _registries(made: Person, as_of: date, rng: random.Random) -> Person:
    """Where this person is known: CRM, shop account, loyalty card, or nowhere but in the facts."""
    if made.behaviour in ("young", "foreign", "new"):
        consent = True if made.behaviour == "young" else made.consent
        made = replace(made, has_account=True, consent=consent)
    elif made.behaviour in ("once", "few", "loyal", "dormant"):
        made = replace(made, has_account=rng.random() < 0.72)
    elif made.behaviour == "store":
        made = replace(made, loyalty_card=f"AUR{made.number:06d}")
    elif made.behaviour == "engaged":
        made = replace(made, consent=True, mail_client="human")
    if made.behaviour in ("few", "loyal") and rng.random() < 0.25:
        made = replace(made, loyalty_card=f"AUR{made.number:06d}")
    if made.behaviour in ("once", "foreign") and rng.random() < 0.3:
        made = replace(made, in_crm=False)
    days = (as_of - made.registered_on).days
    if days > 90 and rng.random() < 0.12:
        made = replace(made, moved_on=as_of - timedelta(days=rng.randint(1, 80)))
    return made


def _registration(behaviour: str, as_of: date, rng: random.Random) -> date:
    oldest, newest = {
        "new": (28, 1),
        "dormant": (725, 520),
        "loyal": (725, 420),
        "few": (715, 150),
    }.get(behaviour, (720, 45))
    return as_of - timedelta(days=rng.randint(newest, oldest))


def _birth(behaviour: str, as_of: date, rng: random.Random) -> date | None:
    if behaviour == "young":
        return as_of - timedelta(days=rng.randint(19 * 366, 25 * 365))
    if rng.random() < 0.2:
        return None
    return as_of - timedelta(days=rng.randint(19 * 366, 78 * 365))


def _email(number: int, first: str, last: str, firm: Firm | None, rng: random.Random) -> str | None:
    if rng.random() < 0.03:
        return None
    name = ".".join(_plain(part) for part in (first, last))
    if firm:
        return f"{name}{number}@{firm.domain}"
    return f"{name}{number}@{rng.choice(MAIL_DOMAINS)}"


def _phone(number: int, currency: str, rng: random.Random) -> str:
    """In international form. The blocks 000 and 0000 and the reserved 7700 900 and 555-01 belong to
    nobody, so no message can ever reach a real person."""
    if currency == "CHF":
        return f"+4179000{number % 10_000:04d}"
    if currency == "GBP":
        return f"+447700900{number % 1000:03d}"
    if currency == "USD":
        return f"+121255501{number % 100:02d}"
    if rng.random() < 0.15:
        return f"+39020000{number % 10_000:04d}"
    return f"+39{rng.choice((320, 328, 333, 340, 347, 349))}000{number % 10_000:04d}"


def _plain(text: str) -> str:
    """Lower case, without accents, spaces and apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if "a" <= letter <= "z")
