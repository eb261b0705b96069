"""The people of the sample company: who they are, how they behave, where they are registered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scheda.sample import codes
from scheda.sample.firms import FIRMS, Firm
from scheda.sample.names import FAMILIES, MEN, WOMEN
from scheda.sample.vocabulary import (
    ABROAD,
    CHANNELS,
    MAIL_DOMAINS,
    OWNERS,
    SOURCES,
    STREETS,
    TOWNS,
    Place,
)

if TYPE_CHECKING:
    import random

#: How many people of the default company behave in which way; another size keeps the shares. Every
#: segment of the sample is filled by construction.
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
DEFAULT_SIZE = sum(BEHAVIOURS.values())


@dataclass(frozen=True)
class Home:
    """Where somebody lives: street and number, town."""

    street: str
    place: Place


@dataclass(frozen=True)
class Person:
    """One invented person as they are; records.py says what each registry wrote of them.

    email, mobile, landline  their own; None and "" when they have none
    registered_on            business day on which they became known
    former_email …           (registry that still has it, what it was before)
    shared_email             an address used with others, in the registries of shared_in
    borrowed_code            somebody else's fiscal code, which the CRM has under this name
    groups                   (kind, number) of every planted trap this person is part of
    """

    number: int
    first_name: str
    last_name: str
    gender: str
    birth_date: date
    birthplace: str
    email: str | None
    mobile: str
    landline: str
    home: Home
    registered_on: date
    behaviour: str
    firm: Firm | None = None
    firm_rank: int = 0
    second_name: str = ""
    consent: bool | None = None
    owner: str = ""
    source: str = ""
    channel: str = ""
    in_crm: bool = True
    is_doubled: bool = False
    has_account: bool = False
    loyalty_card: str | None = None
    signed_up: bool = False
    moved_on: date | None = None
    former_email: tuple[str, str] | None = None
    former_mobile: tuple[str, str] | None = None
    former_home: tuple[str, Home] | None = None
    shared_email: str | None = None
    shared_in: tuple[str, ...] = ()
    borrowed_code: str | None = None
    groups: tuple[tuple[str, int], ...] = ()
    mail_client: str = "human"  # human, apple (opens by machine), scanner (clicks by machine)
    currency: str = "EUR"

    @property
    def person_id(self) -> str:
        """Who this is, in the files that tell the truth."""
        return f"P{self.number:06d}"

    @property
    def code(self) -> str:
        """The CRM's code."""
        return f"C{self.number:05d}"

    @property
    def shop_id(self) -> int | None:
        return 700_000 + self.number if self.has_account else None

    @property
    def fiscal_code(self) -> str | None:
        """None for who pays taxes abroad."""
        if self.currency != "EUR":
            return None
        return codes.fiscal_code(
            self.first_name,
            self.last_name,
            born_on=self.birth_date,
            gender=self.gender,
            birthplace=self.birthplace,
        )

    @property
    def registries(self) -> dict[str, tuple[str, str]]:
        """Where this person has a contact of their own: registry -> (source, contact key)."""
        keys = {
            "crm": ("crm", self.code if self.in_crm else None),
            "crm_again": ("crm", f"D{self.number:05d}" if self.is_doubled else None),
            "shop": ("shop", str(self.shop_id) if self.has_account else None),
            "till": ("files", self.loyalty_card),
            "newsletter": ("files", f"N{self.number:06d}" if self.signed_up else None),
        }
        return {name: (source, key) for name, (source, key) in keys.items() if key}


def population(as_of: date, rng: random.Random, *, size: int = DEFAULT_SIZE) -> list[Person]:
    """`size` people (ten or more) known at the end of `as_of`, in order of number."""
    behaviours = [name for name, count in _counts(size).items() for _ in range(count)]
    rng.shuffle(behaviours)
    people = [person(n, name, as_of, rng) for n, name in enumerate(behaviours, start=1)]
    return _employed(people, rng)


def _counts(size: int) -> dict[str, int]:
    """BEHAVIOURS at another size; rounding goes to those who never bought."""
    counts = {
        name: max(1, round(count * size / DEFAULT_SIZE)) for name, count in BEHAVIOURS.items()
    }
    counts["never"] += size - sum(counts.values())
    return counts


def person(number: int, behaviour: str, as_of: date, rng: random.Random) -> Person:
    """One person who behaves as told, registered at most 24 months before `as_of`."""
    gender = "F" if behaviour == "young" else rng.choice("FFFMM")
    first = rng.choice(WOMEN if gender == "F" else MEN)
    last, second = rng.sample(FAMILIES, 2)
    currency = rng.choice(("CHF", "CHF", "GBP", "USD")) if behaviour == "foreign" else "EUR"
    place = rng.choice(ABROAD[currency] if currency != "EUR" else TOWNS)
    has_landline = currency == "EUR" and rng.random() < 0.3
    made = Person(
        number=number,
        first_name=first,
        last_name=last,
        second_name=second if gender == "F" or rng.random() < 0.2 else "",
        gender=gender,
        birth_date=_birth(behaviour, as_of, rng),
        birthplace=rng.choice(list(codes.BIRTHPLACES)),
        email=None if rng.random() < 0.03 else address(number, first, last, rng),
        mobile=codes.mobile(number, currency) if not has_landline or rng.random() < 0.7 else "",
        landline=codes.landline(number) if has_landline else "",
        home=Home(f"{rng.choice(STREETS)}, {rng.randint(1, 148)}", place),
        registered_on=_registration(behaviour, as_of, rng),
        behaviour=behaviour,
        consent=rng.choices((True, False, None), (78, 12, 10))[0],
        owner=rng.choice(OWNERS) if rng.random() < 0.85 else "",
        source=rng.choice(SOURCES) if rng.random() > 0.05 else "",
        channel=rng.choice(CHANNELS) if rng.random() > 0.06 else "",
        mail_client=rng.choices(("human", "apple", "scanner"), (70, 24, 6))[0],
        currency=currency,
    )
    return _changes(_registries(made, as_of, rng), rng)


def address(number: int, first: str, last: str, rng: random.Random) -> str:
    """An own address. Domains are reserved for documentation; one in ten is at Gmail, with more
    letters than the thirty that Gmail allows: nobody can have it."""
    name = f"{codes.letters(first)}.{codes.letters(last)}"
    if rng.random() < 0.1:
        return f"{name}.{number:05d}.inventata.bottegaaurora@gmail.com"
    return f"{name}{number}@{rng.choice(MAIL_DOMAINS)}"


def _registries(made: Person, as_of: date, rng: random.Random) -> Person:
    """Where this person is known: CRM, shop account, loyalty card, newsletter, or nowhere but in
    the facts."""
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
    keen = 0.4 if made.behaviour == "engaged" else 0.1
    if made.email and made.consent and rng.random() < keen:
        made = replace(made, signed_up=True)
    if made.in_crm and made.behaviour != "young" and rng.random() < 0.025:
        made = replace(made, is_doubled=True)
    days = (as_of - made.registered_on).days
    if days > 90 and rng.random() < 0.12:
        made = replace(made, moved_on=as_of - timedelta(days=rng.randint(1, 80)))
    return made


def _changes(made: Person, rng: random.Random) -> Person:
    """Who is in two registries may have an older address, number or home in one of them."""
    known = list(made.registries)
    if len(known) < 2:
        return made
    if made.email and rng.random() < 0.09:
        old = address(made.number, made.first_name, made.last_name + " prima", rng)
        made = replace(made, former_email=(rng.choice(known), old))
    if made.mobile and rng.random() < 0.09:
        old = codes.mobile(made.number, made.currency, former=True)
        made = replace(made, former_mobile=(rng.choice(known), old))
    if made.currency == "EUR" and rng.random() < 0.08:
        old_home = Home(f"{rng.choice(STREETS)}, {rng.randint(1, 148)}", rng.choice(TOWNS))
        made = replace(made, former_home=(rng.choice(known), old_home))
    return made


def _employed(people: list[Person], rng: random.Random) -> list[Person]:
    """Some buy for their firm, at its address; every firm has as many of them as any other."""
    buyers = ("once", "few", "loyal", "dormant")
    able = [one.number for one in people if one.behaviour in buyers and one.in_crm]
    rng.shuffle(able)
    chosen = able[: max(1, round(len(people) * 0.17))]
    turns = {number: turn for turn, number in enumerate(chosen)}
    found = []
    for one in people:
        turn = turns.get(one.number)
        if turn is None:
            found.append(one)
            continue
        firm = FIRMS[turn % len(FIRMS)]
        name = f"{codes.letters(one.first_name)}.{codes.letters(one.last_name)}"
        email = f"{name}{one.number}@{firm.domain}" if one.email else None
        found.append(replace(one, firm=firm, firm_rank=turn // len(FIRMS), email=email))
    return found


def _registration(behaviour: str, as_of: date, rng: random.Random) -> date:
    oldest, newest = {
        "new": (28, 1),
        "dormant": (725, 520),
        "loyal": (725, 420),
        "few": (715, 150),
    }.get(behaviour, (720, 45))
    return as_of - timedelta(days=rng.randint(newest, oldest))


def _birth(behaviour: str, as_of: date, rng: random.Random) -> date:
    if behaviour == "young":
        return as_of - timedelta(days=rng.randint(19 * 366, 25 * 365))
    return as_of - timedelta(days=rng.randint(19 * 366, 78 * 365))
