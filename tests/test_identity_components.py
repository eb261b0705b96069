"""Components in SQL against scipy's, the guards against a slow and plain reading of the rules."""

from __future__ import annotations

import itertools
import random
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from identity_help import Graph, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scheda.project import Project

#: Vars of dbt_project.yml.
MOST, BRIDGE, MAILBOX_BRIDGE = 100, 6, 2
CODES = ["A" * 16, "B" * 16, "C" * 16]
BORN = ["1980-03-04", "1980-03-05", "1961-07-21", "1995-12-30"]

Edge = tuple[str, str, str, str]
Groups = set[frozenset[str]]


class Case:
    """Contacts with edges between them (left, right, rule, value), pairs that a person parted and
    pairs that share a value under different names."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, Any]] = {}
        self.edges: list[Edge] = []
        self.parted: set[tuple[str, str]] = set()
        self.other_names: set[tuple[str, str]] = set()


def random_case(dice: random.Random, number: int, rules: list[str]) -> Case:
    case = Case()
    size = dice.randint(2, 16)
    names = [f"{number:04}-{place:02}" for place in range(size)]
    for name in names:
        case.nodes[name] = {
            "named": dice.random() < 0.8,
            "code": dice.choice(CODES) if dice.random() < 0.15 else None,
            "born": dice.choice(BORN) if dice.random() < 0.25 else None,
            "mailbox": f"m{dice.randint(1, 3)}" if dice.random() < 0.4 else None,
        }
    pairs = list(itertools.combinations(names, 2))
    some = dice.sample(rules, dice.randint(1, 6))
    for pair in dice.sample(pairs, min(len(pairs), dice.randint(1, 2 * size))):
        for _ in range(dice.choice([1, 1, 1, 2])):
            case.edges.append((*pair, dice.choice(some), f"v{number}.{dice.randint(1, 4)}"))
    case.edges = sorted(set(case.edges))
    if dice.random() < 0.3:
        case.parted.add(dice.choice(pairs))
    if dice.random() < 0.4:
        case.other_names |= set(dice.sample(pairs, min(2, len(pairs))))
    return case


def long_case(number: int, size: int, rule: str, *, star: bool) -> Case:
    """A chain in an order that is not the one of the names, or a star."""
    case = Case()
    names = [f"{number:04}-{place:03}" for place in range(size)]
    order = names[:]
    random.Random(number).shuffle(order)
    for name in names:
        case.nodes[name] = {"named": star, "code": None, "born": None, "mailbox": None}
    pairs = [(order[0], other) for other in order[1:]] if star else itertools.pairwise(order)
    case.edges = [(*sorted(pair), rule, f"v{number}") for pair in pairs]
    return case


# -- the slow and plain reading --------------------------------------------------------------------


def groups_of(nodes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> Groups:
    """scipy's connected components."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    place = {name: number for number, name in enumerate(sorted(nodes))}
    ends = np.array([(place[a], place[b]) for a, b in pairs], dtype=int).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(place),) * 2)
    _, labels = connected_components(graph, directed=False)
    found = defaultdict(set)
    for name, number in place.items():
        found[labels[number]].add(name)
    return {frozenset(group) for group in found.values()}


def clash(one: str, other: str) -> bool:
    """Of birthdays: no slip, no swapped day and month, no year that alone is known."""
    (y1, m1, d1), (y2, m2, d2) = one.split("-"), other.split("-")
    differing = (y1 != y2) + (m1 != m2) + (d1 != d2)
    excused = y1 == y2 and ((m1 == d2 and d1 == m2) or "01-01" in (f"{m1}-{d1}", f"{m2}-{d2}"))
    return differing > 1 and not excused


def by_rules(case: Case, tiers: dict[str, int]) -> Groups:
    """Every rule after the stronger ones, whatever the cluster: nothing is taken for granted."""
    reached = {name for edge in case.edges for name in edge[:2]}
    edges = without_bridges(case, reached, tiers)
    standing = {frozenset({name}) for name in reached}
    for rule, tier in tiers.items():
        of = {name: group for group in standing for name in group}
        joins = {(of[a], of[b]) for a, b, by, _ in edges if by == rule and of[a] != of[b]}
        proposed = groups_of(map(min, standing), [(min(a), min(b)) for a, b in joins])
        standing = set()
        for group in proposed:
            parts = {of[name] for name in group}
            whole = frozenset().union(*parts)
            if len(parts) == 1 or not forbidden(case, whole, of, joins, tier):
                standing.add(whole)
            else:
                standing |= parts
    return standing


def forbidden(
    case: Case, whole: frozenset[str], of: dict[str, frozenset[str]], joins: set[Any], tier: int
) -> bool:
    def joined(pairs: set[tuple[str, str]], *, unless_direct: bool = False) -> bool:
        return any(
            a in whole and b in whole and of[a] != of[b]
            and not (unless_direct and {(of[a], of[b]), (of[b], of[a])} & joins)
            for a, b in pairs
        )  # fmt: skip

    if joined(case.parted):
        return True
    if tier in (2, 3) and joined(case.other_names):
        return True
    if tier == 4 and joined(case.other_names, unless_direct=True):
        return True
    known = [case.nodes[name] for name in whole]
    codes = {node["code"] for node in known if node["code"]}
    born = {node["born"] for node in known if node["born"]}
    return (
        sum(node["named"] for node in known) > MOST
        or len(codes) > 1
        or (tier < 4 and any(clash(*pair) for pair in itertools.combinations(sorted(born), 2)))
    )


def without_bridges(case: Case, reached: set[str], tiers: dict[str, int]) -> list[Edge]:
    strong = [edge[:2] for edge in case.edges if tiers[edge[2]] < 3]
    of = {name: group for group in groups_of(reached, strong) for name in group}
    evidence = defaultdict(set)
    for a, b, rule, value in case.edges:
        if tiers[rule] > 2 and of[a] != of[b]:
            evidence[frozenset({of[a], of[b]})].add((rule, value))
    bridges = set()
    for sides, values in evidence.items():
        least = min(sum(case.nodes[name]["named"] for name in side) for side in sides)
        mine, theirs = ({case.nodes[name]["mailbox"] for name in side} - {None} for side in sides)
        own = mine and theirs and not mine & theirs
        if len(values) == 1 and (least >= BRIDGE or (own and least >= MAILBOX_BRIDGE)):
            bridges.add(sides)
    return [
        edge
        for edge in case.edges
        if tiers[edge[2]] < 3 or frozenset({of[edge[0]], of[edge[1]]}) not in bridges
    ]


# -- both ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiers(graph: Graph) -> dict[str, int]:
    """Rule -> tier, strongest first, as declared. What a person joined waives guards: not here."""
    return declared(graph.project)


def declared(project: Project) -> dict[str, int]:
    text = (project.dbt / "macros" / "identity" / "rules.sql").read_text(encoding="utf-8")
    found = re.findall(r"'rule': '(\w+)', 'tier': (\d)", text)
    return {rule: int(tier) for rule, tier in found if rule != "human_same"}


@pytest.fixture(scope="module")
def graph(make_project: Callable[..., Project]) -> Iterator[Graph]:
    project = make_project()
    with serving(project) as run:
        yield Graph(project, run)


@pytest.fixture(scope="module")
def cases(tiers: dict[str, int]) -> list[Case]:
    dice = random.Random(20)
    rules = list(tiers)
    found = [random_case(dice, number, rules) for number in range(600)]
    found.append(long_case(900, 300, "email_no_name", star=False))
    found.append(long_case(901, 250, "email_same_name", star=True))
    found.append(long_case(902, 90, "email_same_name", star=True))
    return found


@pytest.fixture(scope="module")
def components(graph: Graph, cases: list[Case], tiers: dict[str, int]) -> list[tuple[str, ...]]:
    """(contact, cluster, component) as identity_components finds them, from tables made by hand."""
    pair = "left_source text, left_key text, right_source text, right_key text"
    with graph.connect() as conn:
        conn.execute(
            f"create table core.identity_edges ({pair}, rule text, tier int, kind text, value text,"
            f" _build_id bigint); create table core.identity_evidence ({pair}, guard text);"
            f"create table core.human_decisions ({pair}, decision text);"
            "create table core.blocked_values (kind text, value text)"
        )
        with conn.cursor() as cursor:
            for case in cases:
                cursor.executemany(
                    "insert into core.uniform_contacts (source, contact_key, name_id, fiscal_code,"
                    " birth_date, email_key, is_role_email)"
                    " values ('x', %s, %s, %s, %s, %s, false)",
                    [
                        (name, "n" if node["named"] else None, node["code"], node["born"],
                         node["mailbox"])
                        for name, node in case.nodes.items()
                    ],
                )  # fmt: skip
                cursor.executemany(
                    "insert into core.identity_edges values ('x', %s, 'x', %s, %s, %s, %s, %s, 1)",
                    [(a, b, rule, tiers[rule], rule, value) for a, b, rule, value in case.edges],
                )
                cursor.executemany(
                    "insert into core.human_decisions values ('x', %s, 'x', %s, 'different')",
                    list(case.parted),
                )
                cursor.executemany(
                    "insert into core.identity_evidence"
                    " values ('x', %s, 'x', %s, 'different_names')",
                    list(case.other_names),
                )
    graph.run(1, ["run", "--select", "identity_components"])
    return graph.rows("core.identity_components", "contact_key, cluster_id, component_id, is_split")


def found_groups(rows: list[tuple[Any, ...]], place: int) -> Groups:
    together = defaultdict(set)
    for row in rows:
        together[row[place]].add(row[0])
    return {frozenset(group) for group in together.values()}


def test_clusters_are_scipys_components(
    components: list[tuple[Any, ...]], cases: list[Case]
) -> None:
    edges = [edge[:2] for case in cases for edge in case.edges]
    assert found_groups(components, 1) == groups_of({n for edge in edges for n in edge}, edges)


def test_guards_part_them_as_the_rules_read(
    components: list[tuple[Any, ...]], cases: list[Case], tiers: dict[str, int]
) -> None:
    mine = found_groups(components, 2)
    expected = set().union(*(by_rules(case, tiers) for case in cases))
    assert mine == expected
    parted = found_groups(components, 1) - mine
    assert len(parted) > 100, "contradictions were planted"
    assert len(found_groups(components, 1) & mine) > 100, "and clusters without any"


def test_what_is_parted_says_so(components: list[tuple[Any, ...]]) -> None:
    parts = defaultdict(set)
    for _, cluster, component, _ in components:
        parts[cluster].add(component)
    assert all(is_split == (len(parts[cluster]) > 1) for _, cluster, _, is_split in components)
