"""A few nights of a tiny company, full of what makes increments go wrong; shared by the tests of
the laws. Every night is a dict {file below landing: content}; all days are of March 2026."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheda import catalog, dbt, ingest, phases, postgres, raw_tables, values

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from scheda.project import Project

SOURCES = ("crm", "shop", "sendgrid", "files")
CRM = (
    "Codice Cliente;Nome;Email;Città;Data registrazione;Consenso email;Data consenso;"
    "Ultima modifica"
)
#: What an export of today has beside: texts that people write in any way.
VALUES = (
    ";Cognome;Telefono;Cellulare;Ragione Sociale;Indirizzo;CAP;Provincia;Nazione;Codice Fiscale"
)
LINES = "order_key,line_key,product_key,category,quantity,unit_price,discount,tax,updated_at"
PAYMENTS = "order_key,payment_key,kind,amount,paid_at,updated_at"
TOTALS = "sold_on,currency,orders_count,total,updated_at"
ORDERS = "order_key,contact_key,ordered_at,order_type,financial_status,currency,total,updated_at"


def order(number: int, day: int, changed: int, **more: Any) -> str:
    """One document of the shop: placed on `day`, this version of `changed` (days of March)."""
    lines = more.pop("lines", [("a", "10.00", 2), ("b", "5.00", 1)])
    return json.dumps({
        "id": number, "number": f"W{number}", "created_at": f"2026-03-{day:02}T23:40:00+01:00",
        "updated_at": f"2026-03-{changed:02}T23:50:00+01:00", "financial_status": "paid",
        "currency": "EUR", "taxes_included": True, "email": "anna@example.com",
        "lines": [
            {"id": key, "sku": key, "category": key.upper(), "quantity": pieces, "price": price,
             "discount": "0", "tax": "1.00"}
            for key, price, pieces in lines
        ],
        "refunds": [], **more,
    })  # fmt: skip


def refund(number: int, day: int, amount: str) -> dict[str, Any]:
    at = f"2026-03-{day:02}T12:00:00+01:00"
    return {"id": number, "created_at": at, "merchandise": amount, "tax": "0.50", "shipping": "0"}


def event(kind: str, hour: int, message: str = "m1", who: str = "anna", **more: Any) -> str:
    """One event, `hour` hours after the midnight (UTC) that opens the first of March."""
    return json.dumps({
        "email": f"{who}@example.com", "event": kind, "timestamp": 1772323200 + hour * 3600,
        "sg_event_id": f"{message}-{who}-{kind}-{hour}", "sg_message_id": f"{message}.recvd-1",
        "smtp-id": f"<{message}@mail.example>", "campaign": f"campaign-{message[:2]}", **more,
    })  # fmt: skip


def _page(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


def _contacts(anna: str, carla: str, dario: str, bruno: str, said: str = "") -> str:
    """said: what Anna's row says in the columns of VALUES; the other rows say little."""
    return _page(
        CRM + VALUES,
        f"C1;ANNA;{anna};Roma;10/02/2025;SI;10/02/2025;01/03/2026 10:00:00;{said}",
        f"C2;Bruno;{bruno};Milano;11/02/2025;;;;DE  ROSSI;02 1234567;;ACME SPA;;;;;",
        f"C3;Carla;carla@example.com;Torino;12 feb. 2025;{carla};;non ha;;;;;;;",
        f"C4;Dario;dario@example.com;Bari;{dario};SI;;02/03/2026 09:00:00;{_DARIO}",
    )


_DARIO = "Conti;;333 7654321;;c.so Cavour 3/b;70121;Bari;;"
#: Anna, written on four nights by four hands: the second says the same as the first.
_ANNA = (
    "bianchi;06/123 4567;333-1234567;Bianchi srl;V. Roma 1;00184;RM;;",
    "BIANCHI;+39 06 1234567;+39 333 1234567;BIANCHI S.R.L.;Via Roma, 1;00184;Roma;ITALIA;",
    "BIANCHI;telefonare di sera;333 7654321;Bianchi srl;Via Po 7;10121;TO;IT;BNCNNA80A41H501R",
)
_FIRST = _page(CRM, "C9;Elsa;elsa@example.com;Asti;01/03/2025;NO;01/02/2026;",
               "C8;Fabio;;Asti;01/03/2025;;;")  # fmt: skip

NIGHTS: list[dict[str, str]] = [
    {
        # Dario's row is broken; Bruno has no address yet; Carla refuses.
        "crm/contacts_a1.csv": _contacts(
            "anna.old@example.com", "NO;;01/03/2026 10:00:00", "31/02/2025", "", _ANNA[0]
        ),
        "crm/contacts_e1.csv": _FIRST,
        # A guest's order, one in the days to come (as_of is the 10th), one in dollars.
        "shop/orders_1.jsonl": "\n".join([
            order(1001, 5, 5), order(1002, 12, 12), order(1003, 6, 6, test=True),
            order(1004, 7, 7, currency="USD"), order(1005, 8, 8, email=None),
        ]) + "\n",
        # The opening comes before the delivery, which comes another night; so does a repeat.
        "sendgrid/events_1.json": f"[{event('open', 30)}, {event('processed', 20)}]\n"
        f"[{event('bounce', 48, 'm2', 'bruno', type='bounce', status='4.2.2')}]\n",
        # Lines before their order.
        "files/order_lines_1.csv": _page(LINES, "T1,1,x,X,1,12.00,0,1.00,01/03/2026",
                                         "T2,1,x,X,3,\"4,50\",0,1.00,01/03/2026"),
    },
    {
        # Anna's address becomes the guest's; Carla's flag is raised by an import without a day.
        "crm/contacts_a2.csv": _contacts(
            "<Anna@Example.com>", "SI;;04/03/2026 10:00:00", "20/02/2025", "bruno@example.com",
            _ANNA[1],
        ).replace("01/03/2026 10:00:00", "03/03/2026 10:00:00"),
        "crm/contacts_e2.csv": _FIRST.replace("Asti", "Lodi").replace("NO;01/02/2026", ";"),
        # The guest opens an account and returns a line; another order is refunded later on.
        "shop/orders_2.jsonl": "\n".join([
            order(1001, 5, 9, lines=[("a", "10.00", 2)],
                  customer={"id": 7001, "email": "anna@example.com", "first_name": "Anna"}),
            order(1004, 7, 9, currency="USD",
                  refunds=[refund(1, 9, "5.00"), refund(2, 14, "20.00")]),
        ]) + "\n",
        "sendgrid/events_2.json": f"[{event('delivered', 21)}, {event('open', 30)}]\n"
        f"[{event('bounce', 78, 'm3', 'bruno', type='bounce', status='4.2.2')}]\n"
        f"[{event('delivered', 300, 'm9', 'elsa')}, {event('unsubscribe', 310, 'm9', 'elsa')}]\n",
        "files/orders_1.csv": _page(ORDERS, "T1,L1,2026-03-04T10:00:00Z,sale,paid,EUR,12.00,",
                                    "T2,L2,2026-03-04T10:00:00Z,sale,paid,EUR,13.50,"),
        "files/contacts_1.csv": "contact_key,email,registered_on,first_name,last_name,phone\n"
        "L1,anna@example.com,2024-01-01,Bianchi,Anna,0039 333 1234567\n",
        # The till's own books; its list of orders lacks one.
        "files/payments_1.csv": _page(PAYMENTS, "T1,p1,sale,12.00,2026-03-04T10:00:00Z,04/03/2026",
                                      "T2,p1,authorization,13.50,2026-03-04T10:00:00Z,04/03/2026"),
        "files/control_totals_1.csv": _page(TOTALS, "04/03/2026,EUR,2,25.50,05/03/2026"),
        "files/existing_order_keys_1.csv": _page("order_key,swept_at", "T1,2026-03-09T23:00:00Z"),
    },
    {
        # The first page of Elsa and Fabio again, under a later name: what it says holds again.
        "crm/contacts_e3.csv": _FIRST,
        # An older version of an order arrives late; another loses all its lines; one is cancelled.
        "shop/orders_0.jsonl": "\n".join([
            order(1001, 5, 7, customer={"id": 7002, "email": "carla@example.com"}),
            order(1005, 8, 11, email="carla@example.com", lines=[]),
            order(1002, 12, 13, cancelled_at="2026-03-13T10:00:00+01:00"),
        ]) + "\n",
        "sendgrid/events_0.json":
        f"[{event('bounce', 110, 'm4', 'bruno', type='bounce', status='4.2.2')}]\n"
        f"[{event('bounce', 25, 'm1', 'carla', type='bounce', status='5.1.1', sg_message_id=None)},"
        f" {event('teleported', 25)}, {event('click', 31)}]\n",
        # A line is mended, a line leaves for another order, an order becomes a credit note.
        "files/order_lines_0.csv": _page(LINES, "T1,1,x,X,2,12.00,1.00,1.00,02/03/2026",
                                         "T1,2,y,Y,1,3.00,0,0.50,02/03/2026",
                                         "T3,1,x,X,-1,12.00,0,-1.00,02/03/2026"),
        "files/orders_0.csv": _page(ORDERS,
                                    "T2,L1,2026-03-04T10:00:00Z,sale,voided,EUR,13.50,05/03/2026",
                                    "T3,L1,2026-03-06T10:00:00Z,return,paid,EUR,-12.00,"),
        # A payment and a total are put right; a later list has the order again, and lacks another.
        "files/payments_0.csv": _page(PAYMENTS, "T1,p1,sale,24.00,2026-03-04T10:00:00Z,06/03/2026",
                                      "T2,p2,void,13.50,2026-03-05T10:00:00Z,05/03/2026"),
        "files/control_totals_0.csv": _page(TOTALS, "04/03/2026,EUR,1,24.00,07/03/2026"),
        "files/existing_order_keys_0.csv": _page(
            "order_key,swept_at", "T2,2026-03-12T23:00:00Z", "T3,2026-03-12T23:00:00Z"
        ),
    },
    {
        # A loyalty card passes from Anna to Elsa: one point leaves a customer for another.
        "crm/contacts_a3.csv": _contacts(
            "anna@example.com", "SI;;04/03/2026 10:00:00", "20/02/2025", "non ha", _ANNA[2]
        ).replace("01/03/2026 10:00:00", "06/03/2026 10:00:00"),
        "sendgrid/events_3.json": f"[{event('group_resubscribe', 330, 'm9', 'elsa')}]\n",
        "files/contacts_2.csv": "contact_key,email,registered_on\nL1,elsa@example.com,2024-01-01\n",
    },
]  # fmt: skip


def receive(project: Project, nights: Iterable[dict[str, str]], *, build_id: int) -> None:
    """The files land and are loaded; the build with this number is the first to see them."""
    for night in nights:
        for name, content in night.items():
            path = Path(project.landing) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    for source in SOURCES:
        assert not ingest.ingest(project, source, run_id=str(build_id))["failures"]
    with postgres.connect(project) as conn:
        conn.execute("update ops.loads set build_id = %s where build_id is null", [build_id])


def _untested(phase: phases.Phase, select: str | None) -> phases.Phase:
    """These nights hold what the data tests refuse (a total that its parts do not explain)."""
    exclude = f"{phase.exclude or ''} resource_type:test".strip()
    return replace(phase, select=select, exclude=exclude)


#: Staging and core only: the marts have laws of their own.
CORE = (
    *(_untested(phase, phase.select) for phase in phases.PHASES[:-1]),
    _untested(phases.PHASES[-1], "path:models/staging path:models/intermediate resource_type:seed"),
)


def build(
    project: Project,
    build_id: int,
    as_of: date,
    *,
    full_refresh: bool = False,
    steps: tuple[phases.Phase, ...] = CORE,
) -> None:
    """The phases of a build, without its books. Projects whose folders lie side by side share dbt's
    target folder, so that it is parsed once."""
    with postgres.connect(project) as conn:
        for table in catalog.load(project).tables:
            raw_tables.ensure(conn, table)
        values.ensure(conn)
    shared = replace(project, var=project.var.parent / "core")
    with dbt.Session(shared, side="a", build_id=build_id, as_of=as_of) as session:
        for code, results in phases.run(
            project, session, build_id=build_id, folder=dbt.target_folder(shared, "a"),
            full_refresh=full_refresh, goes_on=False, phases=steps,
        ):  # fmt: skip
            bad = [each for each in results if each.status in ("error", "fail")]
            assert code == 0, [(each.node, each.message) for each in bad]


def last_builds(project: Project) -> dict[str, int]:
    """The last build that wrote anything, per table of core."""
    with postgres.connect(project) as conn:
        tables = conn.execute(
            "select table_name from information_schema.columns"
            " where table_schema = 'core' and column_name = '_build_id'"
            " and table_name <> 'value_versions' order by 1"
        ).fetchall()
        return {
            name: conn.execute(f"select max(_build_id) from core.{name}").fetchone()[0]
            for (name,) in tables
        }
