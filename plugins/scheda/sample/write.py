"""Write the sample company's files into landing: two years up to a day, then a day at a time."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scheda.errors import SchedaError
from scheda.sample import crm, newsletter, shop, till, truth
from scheda.sample.dice import dice
from scheda.sample.history import shop_orders
from scheda.sample.landing import Landing
from scheda.sample.orders import instant, new_order, refund
from scheda.sample.people import DEFAULT_SIZE, person, population
from scheda.sample.records import mailing_address, shop_address
from scheda.sample.relations import related

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from scheda.project import Project
    from scheda.sample.orders import Order
    from scheda.sample.people import Person

SMALLEST = 100
_SEED = "Bottega Aurora"
#: The sources that write to people.
_WRITERS = ("sendgrid", "files")


def write(project: Project, *, as_of: date, people: int = DEFAULT_SIZE) -> dict[str, Any]:
    """Fill landing with two years of the sample company, up to the end of `as_of`; beside it, in
    truth.folder(project), who its `people` people (100 or more) really are.

    Returns {as_of, people, files: {name: records}, rows, planted: {rejects, quarantined}}; the
    planted counts are by `source.table`, in records of the files. A landing that already holds the
    sample is left alone, and what it holds is returned. The same day and number of people always
    give the same bytes. Raises SchedaError for fewer than 100 people.
    """
    if people < SMALLEST:
        raise SchedaError(f"the sample company needs {SMALLEST} people or more, not {people}")
    landing = Landing(project)
    known = landing.marker()
    if known:
        return {**known, "written": False}
    everybody, histories = _company(as_of, people)
    planted: dict[str, dict[str, int]] = {"rejects": {}, "quarantined": {}}
    _crm(landing, everybody, as_of, planted)
    _shop(landing, histories, as_of, planted)
    _newsletter(landing, everybody, histories, as_of, planted)
    _till(landing, everybody, as_of)
    truth.write(project, everybody, _mentioned(everybody, histories))
    told = {
        "as_of": as_of.isoformat(),
        "people": people,
        "latest": as_of.isoformat(),
        "files": landing.files,
        "rows": sum(landing.files.values()),
        "planted": planted,
    }
    landing.mark(told)
    return {**told, "written": True}


def new_day(project: Project, *, as_of: date) -> dict[str, Any]:
    """Write the news of `as_of`, a day after the sample's latest: a whole CRM export with two new
    contacts and some moved ones, a dozen orders, one refund of an old one, and a small mailing.

    Returns {as_of, files, rows}. Raises SchedaError without a sample, or for a day it already has.
    """
    landing = Landing(project)
    known = landing.marker()
    if known is None:
        raise SchedaError("there is no sample in the landing folder yet; run `scheda sample` first")
    if as_of <= date.fromisoformat(known["latest"]):
        raise SchedaError(f"the sample already reaches {known['latest']}; ask for a later day")
    start = date.fromisoformat(known["as_of"])
    people, histories = _company(start, known.get("people", DEFAULT_SIZE))
    days = [start + timedelta(days=n) for n in range(1, (as_of - start).days + 1)]
    for day in days:
        people = _evening(people, start, day)
    content, rows, _ = crm.export(people, day=as_of)
    landing.add(f"crm/contacts_{as_of}.csv", content, rows)
    news = dice(_SEED, as_of)
    # Numbers follow the history's, in a block for each day.
    first = _beyond(len(histories), 100_000) + (as_of - start).days * 100
    orders = _orders_of(as_of, people, histories, news, first=first)
    landing.add(f"shop/orders_{as_of}.jsonl", _joined(shop.lines(orders)), len(orders))
    readers = [someone for someone in people if someone.consent and mailing_address(someone)]
    campaign = newsletter.Campaign(f"promemoria-{as_of}", "Solo per oggi", as_of)
    events = newsletter.greet(campaign, news.sample(readers, 30), news)
    bodies = newsletter.batches(events, news)
    landing.add(f"sendgrid/events_{as_of}.json", _joined(bodies), _events_in(bodies))
    truth.write(project, people, _mentioned(people, histories))
    files = landing.files
    landing.mark({**known, "latest": as_of.isoformat()})
    return {"as_of": as_of.isoformat(), "files": files, "rows": sum(files.values())}


def _company(as_of: date, size: int) -> tuple[list[Person], list[list[Order]]]:
    """Everybody at the end of `as_of`, and the shop's orders of two years."""
    rng = dice(_SEED)
    people = related(population(as_of, rng, size=size), dice(_SEED, "relations"))
    return people, shop_orders(people, as_of, rng)


def _mentioned(
    people: Sequence[Person], histories: Sequence[Sequence[Order]]
) -> set[tuple[str, str]]:
    """(source, address) of whoever was written to, or bought without an account."""
    letters = {(name, email) for email in newsletter.readers(people) for name in _WRITERS}
    buyers = {versions[0].person for versions in histories if versions[0].person}
    orders = {("shop", email) for person in buyers if (email := shop_address(person))}
    written = {("sendgrid", email) for _, email in orders}
    return letters | orders | written


def _beyond(count: int, least: int) -> int:
    """A round number that `count` things numbered from 1 on have not reached."""
    return max(least, (count // 10_000 + 2) * 10_000)


def _crm(
    landing: Landing, people: Sequence[Person], as_of: date, planted: dict[str, dict[str, int]]
) -> None:
    slips = 0
    for back in (60, 30, 0):
        day = as_of - timedelta(days=back)
        content, rows, wrong = crm.export(people, day=day, spoil=back == 0)
        landing.add(f"crm/contacts_{day}.csv", content, rows)
        slips += wrong
    planted["rejects"]["crm.contacts"] = 1
    planted["quarantined"]["crm.contacts"] = slips


def _shop(
    landing: Landing,
    histories: Sequence[Sequence[Order]],
    as_of: date,
    planted: dict[str, dict[str, int]],
) -> None:
    files = shop.months(histories, as_of=as_of)
    for name, orders in files.items():
        lines = shop.lines(orders)
        if name == sorted(files)[2]:
            bad, wrong, cut = shop.spoiled(orders)
            lines += bad
            planted["rejects"]["shop.orders"] = cut
            planted["quarantined"]["shop.orders"] = wrong
        landing.add(f"shop/{name}", _joined(lines), len(lines))


def _newsletter(
    landing: Landing,
    people: Sequence[Person],
    histories: Sequence[Sequence[Order]],
    as_of: date,
    planted: dict[str, dict[str, int]],
) -> None:
    rng = dice(_SEED, "newsletter")
    mailing = newsletter.Mailing(people, rng, until=as_of)
    sent = newsletter.campaigns(as_of)
    late: list[newsletter.Event] = []
    for campaign in sent:
        events = newsletter.tell_twice(mailing.send(campaign), rng)
        # Some events reach us with the next newsletter's, six weeks later.
        in_time = [rng.random() > 0.01 for _ in events]
        arrived = late + list(itertools.compress(events, in_time))
        late = [event for event, kept in zip(events, in_time, strict=True) if not kept]
        if campaign is sent[-1]:
            arrived += late + _confirmations(histories, as_of)
        if campaign is sent[3]:
            bad, wrong = newsletter.spoiled(campaign)
            arrived += bad
            planted["quarantined"]["sendgrid.events"] = wrong
        arrived.sort(key=lambda event: event.get("timestamp", 0))
        bodies = newsletter.batches(arrived, rng)
        written_on = as_of if campaign is sent[-1] else campaign.day + timedelta(days=3)
        name = f"sendgrid/events_{written_on}.json"
        landing.add(name, _joined(bodies), _events_in(bodies))


def _confirmations(histories: Sequence[Sequence[Order]], as_of: date) -> list[newsletter.Event]:
    first = as_of - timedelta(days=45)
    return newsletter.transactional(
        (versions[0].number, email, versions[0].placed_at)
        for versions in histories
        if versions[0].person
        and first <= versions[0].placed_at.date() < as_of
        and (email := shop_address(versions[0].person))
    )


def _till(landing: Landing, people: Sequence[Person], as_of: date) -> None:
    rng = dice(_SEED, "till")
    sold = till.sales(people, as_of, rng)
    for name, text in (
        ("contacts_loyalty", till.contacts(people)),
        ("contacts_newsletter", till.signed_up(people)),
        ("orders_till", till.orders(sold)),
        ("order_lines_till", till.lines(sold)),
        ("message_events_survey", till.survey(people, as_of, rng)),
    ):
        landing.add(f"files/{name}.csv", text, text.count("\n") - 1)


def _evening(people: Sequence[Person], start: date, day: date) -> list[Person]:
    """Everybody at the end of `day`: a few have moved, two are new."""
    rng = dice(_SEED, "people", day)
    moved = {rng.randrange(len(people)) for _ in range(5)}
    kept = [
        replace(known, moved_on=day) if position in moved else known
        for position, known in enumerate(people)
    ]
    first = _beyond(len(people), 20_000) + (day - start).days * 10
    new = [replace(person(first + n, "new", day, rng), registered_on=day) for n in range(2)]
    return [*kept, *new]


def _orders_of(
    day: date,
    people: Sequence[Person],
    histories: Sequence[Sequence[Order]],
    rng: random.Random,
    *,
    first: int,
) -> list[Order]:
    buyers = rng.sample([someone for someone in people if someone.has_account], 12)
    orders = [new_order(first + n, buyer, instant(day, rng), rng) for n, buyer in enumerate(buyers)]
    latest = [versions[-1] for versions in histories]
    old = rng.choice([order for order in latest if order.status == "paid" and order.total > 50])
    at = instant(day, rng)
    given = refund(old, at, Decimal("0.25"))
    return [*orders, replace(old, status="partially_refunded", updated_at=at, refunds=(given,))]


def _events_in(bodies: Sequence[str]) -> int:
    return sum(body.count('"sg_event_id"') for body in bodies)


def _joined(lines: Sequence[str]) -> str:
    return "".join(line + "\n" for line in lines)
