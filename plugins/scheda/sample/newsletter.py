"""The newsletter as SendGrid's event webhook tells it: batches, repeats, disorder, machines."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from scheda.sample.dice import dice
from scheda.sample.orders import ROME
from scheda.sample.records import mailing_address

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

    from scheda.sample.people import Person

Event = dict[str, Any]

THEMES = (
    "Novità in cucina",
    "Lino e cotone",
    "Il regalo giusto",
    "Saldi di stagione",
    "La tavola della festa",
    "Torna la lana",
    "Piccoli piaceri",
    "Idee per il terrazzo",
    "Bottega aperta",
    "Cose fatte a mano",
)
_SITE = "https://aurora.example"
_BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
_APPLE = "Mozilla/5.0"
_SCANNER = "Mozilla/5.0 (compatible; MailScanner/2.1; +https://scanner.example)"
_EVERY_DAYS = 42


@dataclass(frozen=True)
class Campaign:
    """One newsletter, sent at nine in the morning of `day`."""

    slug: str
    subject: str
    day: date


def campaigns(as_of: date) -> list[Campaign]:
    """The newsletters of the last two years, the latest four days before `as_of`."""
    days = sorted(as_of - timedelta(days=4 + _EVERY_DAYS * back) for back in range(17))
    return [
        Campaign(f"newsletter-{number:02d}", THEMES[number % len(THEMES)], day)
        for number, day in enumerate(days, start=1)
    ]


def readers(people: Sequence[Person]) -> dict[str, Person]:
    """The mailing list: each address once, with the first person of it who may be written to."""
    found: dict[str, Person] = {}
    for person in sorted(people, key=lambda one: (not one.consent, one.number)):
        email = mailing_address(person)
        if email:
            found.setdefault(email.lower(), person)
    return found


class Mailing:
    """Sends campaigns and remembers who can no longer be reached."""

    def __init__(self, people: Sequence[Person], rng: random.Random, *, until: date) -> None:
        self.readers = readers(people)
        self.rng = rng
        self.until = int(datetime.combine(until, time(23, 59, 59), tzinfo=ROME).timestamp())
        self.gone: dict[str, str] = {}
        # Addresses that have ceased to exist: the first mail to them bounces for good.
        self.dead = {
            email
            for email, person in self.readers.items()
            if person.number % 47 == 0 or not email.endswith((".com", ".org", ".net", ".example"))
        }

    def send(self, campaign: Campaign) -> list[Event]:
        """Every event of this campaign in order of time, none after `until`."""
        start = int(datetime.combine(campaign.day, time(9), tzinfo=ROME).timestamp())
        found: list[Event] = []
        for email, person in self.readers.items():
            if not person.consent or person.registered_on >= campaign.day:
                continue
            lazy = person.behaviour not in ("engaged", "loyal", "young", "new")
            if lazy and self.rng.random() > 0.42:
                continue
            found += self._message(campaign, email, start + self.rng.randint(0, 900))
        found.sort(key=lambda event: (event["timestamp"], event["sg_event_id"]))
        return [event for event in found if event["timestamp"] <= self.until]

    def _message(self, campaign: Campaign, email: str, at: int) -> list[Event]:
        rng, person = self.rng, self.readers[email]
        base = self._base(campaign, email)
        if email in self.gone:
            reason = self.gone[email]
            return [_event(base, "dropped", at, reason=reason)] if rng.random() < 0.4 else []
        sent = _event(base, "processed", at)
        if email in self.dead:
            self.gone[email] = "Bounced Address"
            return [sent, _bounce(base, at + rng.randint(2, 50), rng)]
        if rng.random() < 0.008:
            return [sent, *_blocked(base, at)]
        if rng.random() < 0.006:
            return [
                sent,
                _event(
                    base,
                    "bounce",
                    at + 600,
                    type="bounce",
                    status="4.2.2",
                    reason="452 4.2.2 mailbox full",
                ),
            ]
        delivered_at = at + rng.randint(1, 120)
        found = [sent, _event(base, "delivered", delivered_at, response="250 OK")]
        found += self._machine(base, person, delivered_at)
        found += self._reading(base, email, delivered_at)
        return found

    def _machine(self, base: Event, person: Person, at: int) -> list[Event]:
        """What no human did: Apple's proxy opens, a scanner follows every link at once."""
        rng = self.rng
        if person.mail_client == "apple" and rng.random() < 0.9:
            return [
                _event(
                    base, "open", at + rng.randint(20, 4000), useragent=_APPLE, sg_machine_open=True
                )
            ]
        if person.mail_client == "scanner":
            return [_event(base, "open", at + 1, useragent=_SCANNER, sg_machine_open=False)] + [
                _event(base, "click", at + 2 + n, useragent=_SCANNER, url=f"{_SITE}{path}")
                for n, path in enumerate(("/novita", "/negozi", "/preferenze"))
            ]
        return []

    def _reading(self, base: Event, email: str, at: int) -> list[Event]:
        rng, person = self.rng, self.readers[email]
        keen = {"engaged": 0.85, "loyal": 0.6, "young": 0.7, "few": 0.4}.get(person.behaviour, 0.24)
        if rng.random() > keen:
            return []
        opened = at + rng.randint(60, 60 * 60 * 40)
        found = [_event(base, "open", opened, useragent=_BROWSER, sg_machine_open=False)]
        if rng.random() < 0.25:
            found.append(
                _event(
                    base,
                    "open",
                    opened + rng.randint(90, 90_000),
                    useragent=_BROWSER,
                    sg_machine_open=False,
                )
            )
        if rng.random() < (0.6 if person.behaviour == "engaged" else 0.2):
            path = rng.choice(("/novita", "/cucina", "/tessile", "/negozi"))
            found.append(
                _event(
                    base,
                    "click",
                    opened + rng.randint(5, 240),
                    useragent=_BROWSER,
                    url=f"{_SITE}{path}",
                )
            )
        leaves = rng.random()
        if leaves < 0.006 and person.behaviour != "engaged":
            self.gone[email] = "Unsubscribed Address"
            kind = rng.choice(("unsubscribe", "group_unsubscribe"))
            found.append(_event(base, kind, opened + 300))
        elif leaves < 0.009 and person.behaviour != "engaged":
            self.gone[email] = "Spam Reporting Address"
            found.append(_event(base, "spamreport", opened + 400))
        return found

    def _base(self, campaign: Campaign, email: str) -> Event:
        token = _token(campaign.slug, campaign.day, email)
        shown = email.upper() if self.rng.random() < 0.02 else email
        return {
            "email": shown,
            "smtp-id": f"<{token[:22]}@mail.aurora.example>",
            "sg_message_id": f"{token[:22]}.recvd-{token[22:32]}-1-{token[32:40].upper()}-0.0",
            "category": ["newsletter", campaign.slug],
            "campaign": campaign.slug,
            "subject": campaign.subject,
        }


def transactional(orders: Iterable[tuple[int, str, datetime]]) -> list[Event]:
    """Order confirmations, for (order number, e-mail, placed at); they are not marketing."""
    found: list[Event] = []
    for number, email, placed_at in orders:
        token = _token("order", number, email)
        base = {
            "email": email,
            "smtp-id": f"<{token[:22]}@mail.aurora.example>",
            "sg_message_id": f"{token[:22]}.recvd-{token[22:32]}-1-{token[32:40].upper()}-0.0",
            "category": "transactional",
            "campaign": "conferma-ordine",
            "subject": f"Il tuo ordine W{number}",
        }
        at = int(placed_at.timestamp()) + 20
        found.append(_event(base, "processed", at))
        found.append(_event(base, "delivered", at + 3, response="250 OK"))
        if number % 3:
            found.append(_event(base, "open", at + 600, useragent=_BROWSER, sg_machine_open=False))
    return found


def batches(events: Sequence[Event], rng: random.Random) -> list[str]:
    """The bodies of the webhook calls, one array a line: a few arrive late, and some twice."""
    bodies = [list(events[start : start + 60]) for start in range(0, len(events), 60)]
    for body in bodies:
        rng.shuffle(body)
    for _ in range(len(bodies) // 6):
        one, two = rng.randrange(len(bodies)), rng.randrange(len(bodies))
        bodies[one], bodies[two] = bodies[two], bodies[one]
    if len(bodies) > 3:
        bodies.append(bodies[rng.randrange(len(bodies))])
    return [json.dumps(body, ensure_ascii=False) for body in bodies]


def spoiled(campaign: Campaign) -> tuple[list[Event], int]:
    """Two events that cannot be placed: one without an instant, one of a kind nobody knows."""
    mailing = Mailing([], dice("spoiled"), until=campaign.day)
    base = mailing._base(campaign, "nessuno@example.com")
    at = int(datetime.combine(campaign.day, time(10), tzinfo=ROME).timestamp())
    timeless = _event(base, "delivered", at)
    del timeless["timestamp"]
    return [timeless, _event(base, "teleported", at)], 2


def tell_twice(events: Sequence[Event], rng: random.Random) -> list[Event]:
    """The same events with about one in fifty sent again, byte for byte."""
    return [event for event in events for _ in range(2 if rng.random() < 0.02 else 1)]


def greet(campaign: Campaign, people: Sequence[Person], rng: random.Random) -> list[Event]:
    """A small mailing to these people on the campaign's day, read the same day."""
    willing = [replace(person, consent=True, behaviour="engaged") for person in people]
    mailing = Mailing(willing, rng, until=campaign.day)
    return mailing.send(campaign)


def _blocked(base: Event, at: int) -> list[Event]:
    """Refused by the receiver's policy: says nothing about the address."""
    return [
        _event(base, "deferred", at + 9, response="451 4.7.1 try again", attempt="1"),
        _event(
            base,
            "bounce",
            at + 7200,
            type="blocked",
            status="5.7.1",
            reason="550 5.7.1 message refused by policy",
        ),
    ]


def _bounce(base: Event, at: int, rng: random.Random) -> Event:
    """A hard bounce; one in five comes by post, so to speak: without the message's id."""
    made = _event(
        base,
        "bounce",
        at,
        type="bounce",
        status="5.1.1",
        reason="550 5.1.1 mailbox unknown",
        bounce_classification="Invalid Address",
    )
    if rng.random() < 0.2:
        made.pop("sg_message_id")
    return made


def _event(base: Event, kind: str, at: int, **more: object) -> Event:
    identity = _token(base["smtp-id"], kind, at, more.get("url"))[:22]
    known = {"timestamp": at, "event": kind, "sg_event_id": identity, "ip": "192.0.2.17"}
    return {**base, **known, **more}


def _token(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
