"""Write the sample company's files into landing: two years up to a day, then a day at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scheda.errors import SchedaError
from scheda.sample import crm, newsletter, shop, till
from scheda.sample.dice import dice
from scheda.sample.history import shop_orders
from scheda.sample.landing import Landing
from scheda.sample.orders import instant, new_order, refund
from scheda.sample.people import person, population

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from scheda.project import Project
    from scheda.sample.orders import Order
    from scheda.sample.people import Person

_SEED = "Bottega Aurora"


def write(project: Project, *, as_of: date) -> dict[str, Any]:
    """Fill landing with two years of the sample company, up to the end of `as_of`.

    Returns {as_of, files: {name: records}, rows, planted: {rejects, quarantined}}; the planted
    counts are by `source.table`, in records of the files. A landing that already holds the sample
    is left alone, and what it holds is returned. The same day always gives the same bytes.
    """
    landing = Landing(project)
    known = landing.marker()
    if known:
        return {**known, "written": False}
    rng = dice(_SEED)
    people = population(as_of, rng)
    histories = shop_orders(people, as_of, rng)
    planted: dict[str, dict[str, int]] = {"rejects": {}, "quarantined": {}}
    _crm(landing, people, as_of, planted)
    _shop(landing, histories, as_of, planted)
    _newsletter(landing, people, histories, as_of, planted)
    _till(landing, people, as_of)
    told = {
        "as_of": as_of.isoformat(),
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
    rng = dice(_SEED)
    people = population(start, rng)
    histories = shop_orders(people, start, rng)
    days = [start + timedelta(days=n) for n in range(1, (as_of - start).days + 1)]
    for day in days:
        people = _evening(people, start, day)
    content, rows, _ = crm.export(people, day=as_of)
    landing.add(f"crm/contacts_{as_of}.csv", content, rows)
    news = dice(_SEED, as_of)
    orders = _orders_of(as_of, people, histories, news, first=100_000 + (as_of - start).days * 100)
    landing.add(f"shop/orders_{as_of}.jsonl", _joined(shop.lines(orders)), len(orders))
    readers = [someone for someone in people if someone.email and someone.consent]
    campaign = newsletter.Campaign(f"promemoria-{as_of}", "Solo per oggi", as_of)
    events = newsletter.greet(campaign, news.sample(readers, 30), news)
    bodies = newsletter.batches(events, news)
    landing.add(f"sendgrid/events_{as_of}.json", _joined(bodies), _events_in(bodies))
    files = landing.files
    landing.mark({**known, "latest": as_of.isoformat()})
    return {"as_of": as_of.isoformat(), "files": files, "rows": sum(files.values())}


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
        kept = [event for event in events if rng.random() > 0.01]
        arrived = late + kept
        late = [event for event in events if event not in kept]
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
        (versions[0].number, versions[0].person.email, versions[0].placed_at)
        for versions in histories
        if versions[0].person
        and versions[0].person.email
        and first <= versions[0].placed_at.date() < as_of
    )


def _till(landing: Landing, people: Sequence[Person], as_of: date) -> None:
    rng = dice(_SEED, "till")
    sold = till.sales(people, as_of, rng)
    for name, text in (
        ("contacts_loyalty", till.contacts(people)),
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
    first = 20_000 + (day - start).days * 10
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
