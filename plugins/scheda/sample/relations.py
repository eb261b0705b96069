"""People who are easily taken for one another: families, twins, namesakes, colleagues."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from scheda.sample import codes
from scheda.sample.names import MEN, WOMEN
from scheda.sample.people import address
from scheda.sample.vocabulary import MAIL_DOMAINS, TOWNS

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from scheda.sample.people import Person

    Bond = Callable[[list[Person], int, random.Random], list[Person]]


def related(people: Sequence[Person], rng: random.Random) -> list[Person]:
    """The same people, some of them bound to each other; each is in one bond at most."""
    found = {one.number: one for one in people}
    free = [
        one.number
        for one in people
        if one.currency == "EUR"
        and one.behaviour not in ("young", "new")
        and not one.firm
        and one.registries
    ]
    rng.shuffle(free)
    for bond, share, size in _BONDS:
        for turn in range(max(1, round(len(people) * share))):
            if len(free) < size:
                break
            members = [found[free.pop()] for _ in range(size)]
            for one in bond(members, turn, rng):
                found[one.number] = one
    for one in _colleagues(list(found.values()), rng):
        found[one.number] = one
    return list(found.values())


def _family_email(members: list[Person], turn: int, rng: random.Random) -> list[Person]:
    """One address for all: the only one of some, in one registry the address of others."""
    head = members[0]
    shared = f"famiglia.{codes.letters(head.last_name)}{head.number}@{rng.choice(MAIL_DOMAINS)}"
    found = []
    for one in _household(members, rng):
        everywhere = rng.random() < 0.5 or not one.email
        where = tuple(one.registries) if everywhere else tuple(one.registries)[:1]
        mine = None if everywhere else one.email
        found.append(
            replace(one, email=mine, former_email=None, shared_email=shared, shared_in=where)
        )
    return _bound(found, "family_email")


def _family_phone(members: list[Person], turn: int, rng: random.Random) -> list[Person]:
    """One telephone at home, or the mother's mobile for all."""
    head = members[0]
    if turn % 3:
        number = codes.landline(head.number)
        return _bound(
            [replace(one, landline=number, mobile="") for one in _household(members, rng)],
            "family_phone",
        )
    number = codes.mobile(head.number)
    return _bound(
        [
            replace(one, mobile=number, landline="", former_mobile=None)
            for one in _household(members, rng)
        ],
        "family_phone",
    )


def _twins(members: list[Person], turn: int, rng: random.Random) -> list[Person]:
    """Born on one day, of one name, in one house; one telephone at home."""
    head, other = _household(members, rng, spouses=False)
    number = codes.landline(head.number)
    other = replace(other, birth_date=head.birth_date, birthplace=head.birthplace)
    return _bound([replace(one, landline=number) for one in (head, other)], "twins")


def _father_and_son(members: list[Person], turn: int, rng: random.Random) -> list[Person]:
    """The same name in full at the same address, thirty years apart."""
    son, father = members
    while son.birth_date.year < 1975:  # else the father would be a hundred years old
        son = replace(son, birth_date=son.birth_date + timedelta(days=20 * 365 + 5))
    first = son.first_name if son.gender == "M" else rng.choice(MEN)
    born = son.birth_date - timedelta(days=rng.randint(24, 34) * 365 + 3)
    pair = [replace(one, first_name=first, gender="M") for one in (son, father)]
    pair[1] = replace(pair[1], last_name=son.last_name, home=son.home, birth_date=born)
    return _bound([_renamed(one, rng) for one in pair], "father_and_son")


def _homonyms(members: list[Person], turn: int, rng: random.Random) -> list[Person]:
    """Strangers of one name; every other pair lives in one town."""
    one, other = members
    home = other.home
    if turn % 2:
        home = replace(home, place=one.home.place)
    elif home.place.city == one.home.place.city:
        away = [town for town in TOWNS if town.city != home.place.city]
        home = replace(home, place=rng.choice(away))
    other = replace(
        other,
        first_name=one.first_name,
        last_name=one.last_name,
        gender=one.gender,
        second_name=one.second_name,
        home=home,
    )
    return _bound([one, _renamed(other, rng)], "homonyms")


def _wrong_code(members: list[Person], turn: int, rng: random.Random) -> list[Person]:
    """Husband and wife: somebody typed her fiscal code into his contact too."""
    wife, husband = _household(members, rng)
    husband = replace(husband, borrowed_code=wife.fiscal_code)
    return _bound([wife, husband], "borrowed_code")


def _household(members: list[Person], rng: random.Random, *, spouses: bool = True) -> list[Person]:
    """Under one roof, with different first names; every other couple has two family names."""
    head = members[0]
    used = {head.first_name}
    found = [replace(head, former_home=None, moved_on=None)]
    for position, one in enumerate(members[1:]):
        names = [name for name in (WOMEN if one.gender == "F" else MEN) if name not in used]
        first = one.first_name if one.first_name not in used else rng.choice(names)
        used.add(first)
        is_spouse = spouses and position == 0 and rng.random() < 0.5
        last = one.last_name if is_spouse else head.last_name
        changed = (first, last) != (one.first_name, one.last_name)
        moved = replace(one, home=head.home, former_home=None, moved_on=None)
        named = replace(moved, first_name=first, last_name=last)
        found.append(_renamed(named, rng) if changed else named)
    return found


def _renamed(one: Person, rng: random.Random) -> Person:
    """The own address follows the name."""
    email = address(one.number, one.first_name, one.last_name, rng) if one.email else None
    former = one.former_email
    if former:
        old = address(one.number, one.first_name, one.last_name + " prima", rng)
        former = (former[0], old) if email else None
    return replace(one, email=email, former_email=former)


def _colleagues(people: list[Person], rng: random.Random) -> list[Person]:
    """In two firms of five, up to four people write from the firm's mailbox."""
    teams: dict[int, list[Person]] = {}
    for one in people:
        if one.firm and one.in_crm:
            teams.setdefault(one.firm.number, []).append(one)
    found = []
    for number, team in sorted(teams.items()):
        if len(team) < 2 or number % 5 not in (1, 3):
            continue
        box = f"{rng.choice(('info', 'info', 'amministrazione', 'acquisti', 'ordini'))}"
        for one in team[:4]:
            where = tuple(one.registries) if rng.random() < 0.3 else ("crm", "crm_again")
            shared = f"{box}@{one.firm.domain}"
            bound = (*one.groups, ("role_mailbox", number))
            found.append(replace(one, shared_email=shared, shared_in=where, groups=bound))
    return found


def _bound(members: list[Person], kind: str) -> list[Person]:
    """All of them know the trap they are in, which has the number of the first."""
    bond = (kind, members[0].number)
    return [replace(one, groups=(*one.groups, bond)) for one in members]


#: Bond, how many per person of the company, people in it.
_BONDS: tuple[tuple[Bond, float, int], ...] = (
    (_family_email, 0.006, 2),
    (_family_email, 0.005, 3),
    (_family_phone, 0.006, 2),
    (_family_phone, 0.005, 3),
    (_twins, 0.004, 2),
    (_father_and_son, 0.004, 2),
    (_homonyms, 0.008, 2),
    (_wrong_code, 0.0017, 2),
)
