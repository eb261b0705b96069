"""E-mail addresses: what is clean, what is odd about it, and what is no address."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheda.values import email_domains, parse_one

if TYPE_CHECKING:
    from scheda.server import Server

MACROS = Path(__file__).resolve().parents[1] / "dbt_project" / "macros"


def read(written: str | None) -> dict:
    return parse_one("emails", (written,))


@pytest.mark.parametrize(
    ("written", "clean", "match_key"),
    [
        ("Anna.Rossi@Example.COM", "anna.rossi@example.com", "anna.rossi@example.com"),
        ("  <mailto:anna@example.it>; ", "anna@example.it", "anna@example.it"),
        ("anna+shop@example.it", "anna+shop@example.it", "anna@example.it"),
        ("A.Nna.Rossi+x@gmail.com", "a.nna.rossi+x@gmail.com", "annarossi@gmail.com"),
        ("anna.rossi@googlemail.com", "anna.rossi@googlemail.com", "annarossi@gmail.com"),
        ("anna.rossi@outlook.it", "anna.rossi@outlook.it", "anna.rossi@outlook.it"),
        ("o'neill@example.ie", "o'neill@example.ie", "o'neill@example.ie"),
        ("anna@MÜNCHEN.example", "anna@münchen.example", "anna@xn--mnchen-3ya.example"),
        ("+anna@example.it", "+anna@example.it", "+anna@example.it"),
        ("anna@shop.test", "anna@shop.test", "anna@shop.test"),
    ],
)
def test_an_address_to_write_to_and_a_key(written: str, clean: str, match_key: str) -> None:
    found = read(written)
    assert (found["clean"], found["match_key"], found["reason"]) == (clean, match_key, None)


@pytest.mark.parametrize(
    ("written", "clean", "reason"),
    [
        ("Anna Rossi <anna@example.it>", "anna@example.it", "freed of the text around it"),
        (
            "anna@example.it; bo@example.it",
            "anna@example.it",
            "several addresses: the first is kept",
        ),
        ("anna@example.it, anna@example.it", "anna@example.it", "freed of the text around it"),
        ("anna", None, "no @"),
        ("anna@@example.it", None, "more than one @"),
        ("anna rossi@example.it", None, "a space inside"),
        ("anna@example", None, "no ending after the @"),
        ("anna.@example.it", None, "not a valid address"),
        ("anna@server.invalid", None, "not a valid address"),
        ("anna@example.it1", None, "not a valid address"),
        (f"{'a' * 500}@example.it", None, "too long for an address"),
        ("n.d.", None, "stands for no address"),
        ("-", None, "stands for no address"),
        ("non ha", None, "stands for no address"),
        ("nessuna@", None, "stands for no address"),
        ("nessuna@libero.it", None, "stands for no address"),
        ("noemail@azienda.example", None, "stands for no address"),
        ("prova@prova.it", None, "stands for no address"),
        ("xxx@xxx.com", None, "stands for no address"),
        ("test@test.it", None, "stands for no address"),
    ],
)
def test_what_is_unusable_or_doubtful_says_why(
    written: str, clean: str | None, reason: str
) -> None:
    found = read(written)
    assert (found["clean"], found["reason"]) == (clean, reason)


def test_nothing_gives_nothing() -> None:
    assert set(read(None).values()) == set(read("   ").values()) == {None}


@pytest.mark.parametrize(
    "local",
    [
        "info", "info2", "info.roma", "milano-info", "vendite", "servizioclienti",
        "servizio.clienti", "ufficio.acquisti", "amministrazione", "no-reply", "noreply",
        "support", "buchhaltung", "commandes", "ventas", "office", "it", "hr", "studio.bianchi",
        "famiglia.rossi", "hello", "team",
    ],
)  # fmt: skip
def test_mailboxes_of_offices(local: str) -> None:
    assert read(f"{local}@azienda.example")["is_role"]


@pytest.mark.parametrize(
    "local",
    ["anna.rossi", "hr.schmidt", "it.svensson", "marco.studio", "anna", "teamoreno", "rossi.vendi"],
)
def test_mailboxes_of_people(local: str) -> None:
    assert read(f"{local}@azienda.example")["is_role"] is False


@pytest.mark.parametrize(
    ("written", "suggested"),
    [
        ("a.rossi@gmial.com", "a.rossi@gmail.com"),
        ("a.rossi@gmai.com", "a.rossi@gmail.com"),
        ("a.rossi@gamil.com", "a.rossi@gmail.com"),
        ("a.rossi@gmail.con", "a.rossi@gmail.com"),
        ("a.rossi@gmail.it", "a.rossi@gmail.com"),
        ("a.rossi@hotmial.it", "a.rossi@hotmail.it"),
        ("a.rossi@libero.ti", "a.rossi@libero.it"),
        ("a.rossi@lbero.it", "a.rossi@libero.it"),
        ("a.rossi@yaho.it", "a.rossi@yahoo.it"),
        ("a.rossi@outlok.com", "a.rossi@outlook.com"),
        ("a.rossi@virgillio.it", "a.rossi@virgilio.it"),
        ("a.rossi@azienda.con", "a.rossi@azienda.com"),
    ],
)
def test_a_mistyped_domain_is_proposed_and_not_applied(written: str, suggested: str) -> None:
    found = read(written)
    assert (found["clean"], found["suggested"]) == (written, suggested)
    assert found["reason"] == "the domain looks mistyped"


@pytest.mark.parametrize(
    ("written", "suggested"),
    [
        ("anna (at) example.it", "anna@example.it"),
        ("anna@example,it", "anna@example.it"),
        ("anna @example.it", "anna@example.it"),
        ("anna@@example.it", "anna@example.it"),
    ],
)
def test_what_one_slip_explains_is_proposed(written: str, suggested: str) -> None:
    found = read(written)
    assert (found["clean"], found["suggested"]) == (None, suggested)


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com", "gmx.com", "mail.com", "ymail.com", "email.it", "live.it", "libro.it",
        "tim.it", "fastweb.it", "cloud.com", "hotmail.it", "yahoo.com.br", "icloud.com",
        "proton.me", "azienda.co", "jmail.ro", "omail.de", "virgilio.it", "alice.it", "mail.ru",
        "gail.com", "example.com", "tele2.it", "tin.it", "libera.it",
    ],
)  # fmt: skip
def test_a_real_domain_is_never_mended(domain: str) -> None:
    assert email_domains.meant(domain) is None


def test_free_and_throw_away_mailboxes() -> None:
    found = {d: read(f"a.rossi@{d}") for d in ("libero.it", "mailinator.com", "x.yopmail.com")}
    assert {domain: (v["is_free_mail"], v["is_disposable"]) for domain, v in found.items()} == {
        "libero.it": (True, False),
        "mailinator.com": (False, True),
        "x.yopmail.com": (False, True),
    }
    assert found["mailinator.com"]["reason"] == "throw-away mailbox"


LISTED = [
    "Anna.Rossi@Example.com", " anna@example.it", "<anna@example.it>", "mailto:anna@example.it",
    "Mailto:anna@example.it.", "anna@example.it;", "anna@example", "anna@@example.it", "anna",
    "al@bo.it", "a@b.c", "a.@b.it", ".al@bo.it", "a..b@c.it", "a@.b.it", "a b@c.it", "al@bo.it1",
    "anna@MÜNCHEN.de", "ÅSA@example.se", "İpek@example.com", "ΣΊΣΥΦΟΣ@example.gr", "a+b@c.it",
    "o'neill@example.ie", "a@b-.it", "a@-b.it", "a_b@c_d.it", "(anna@example.it)", "a@b,it",
    '"anna"@example.it', "anna@[10.0.0.1]", "anna@example.it (casa)", "anna@example.it\t",
    "al@bo.it.", "anna@xn--mnchen-3ya.de", "n.d.", "-", "<mailto:al@bo.it>;", ">al@bo.it",
    "al@bo.it>>", "x" * 400,
    "anna@example.museum", "ANNA@EXAMPLE.TEST", "anna@example.invalid", "anna@host.localdomain",
]  # fmt: skip


def email_address_sql(expression: str) -> str:
    """The macro email_address() as PostgreSQL gets it, without the rest of dbt."""
    names = ["clean.sql", "functions.sql", "dialect/dialect.sql", "dialect/postgres.sql"]
    source = "\n".join((MACROS / name).read_text(encoding="utf-8") for name in names)
    template = jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(source)

    class Adapter:
        @staticmethod
        def dispatch(name: str, _package: str) -> object:
            return getattr(module, f"postgres__{name}", None) or getattr(module, f"default__{name}")

    module = template.make_module({"adapter": Adapter, "return": lambda value: value})
    return str(module.email_address(expression))


def test_clean_is_what_sql_makes_of_it_wherever_both_accept(server: Server) -> None:
    with psycopg.connect(server.dsn("books")) as conn:
        conn.execute("create temp table listed as select unnest(%s::text[]) as written", [LISTED])
        query = f"select written, {email_address_sql('written')} from listed"
        by_sql = dict(conn.execute(query).fetchall())
    both = {w: (by_sql[w], read(w)["clean"]) for w in LISTED if by_sql[w] and read(w)["clean"]}
    assert len(both) > 15
    assert {written: pair for written, pair in both.items() if pair[0] != pair[1]} == {}
    refused = {written for written in LISTED if by_sql[written] and not read(written)["clean"]}
    assert refused == {
        "a.@b.it", ".al@bo.it", "a@b-.it", "a@-b.it", "a_b@c_d.it", "anna@example.invalid",
    }  # fmt: skip


@given(st.text(max_size=80))
def test_any_text_is_read_and_the_clean_one_reads_as_itself(text: str) -> None:
    found = read(text)
    if found["clean"]:
        again = read(found["clean"])
        assert (again["clean"], again["match_key"]) == (found["clean"], found["match_key"])
    elif text.strip():
        assert found["reason"]


@given(st.emails())
def test_addresses_that_follow_the_rules_are_kept_or_said_to_be_odd(text: str) -> None:
    found = read(text)
    assert found["clean"] or found["reason"]
    assert not found["reason"] or text not in found["reason"]
