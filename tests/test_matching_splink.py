"""The probabilistic tier on a planted set: what it finds, what it costs, and how it fails."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from scheda import postgres, values
from scheda.errors import SchedaError
from scheda.matching import blocking, house, model_store, scoring, splink_tier, training
from scheda.matching.comparisons import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from scheda.project import Project

FIELDS = {
    "first_key": "text", "last_key": "text", "birth_date": "date", "gender": "text",
    "email_key": "text", "is_role_email": "boolean", "phone": "text", "mobile": "text",
    "fiscal_code": "text", "loyalty_card": "text", "company_key": "text", "street": "text",
    "street_number": "text", "postal_code": "text", "city": "text",
}  # fmt: skip
GIVEN = [
    "marta", "luca", "elena", "paolo", "chiara", "dario", "irene", "fabio", "silvia", "bruno",
    "laura", "sergio", "alice", "mario", "vera", "enrico", "noemi", "pietro", "gaia", "ettore",
    "rita", "aldo", "nadia", "ugo", "emma", "tullio",
]  # fmt: skip
LINK, REVIEW = 0.95, 0.6

Contact = dict[str, Any]


def planted(people: int = 260) -> tuple[dict[str, Contact], dict[str, int]]:
    """(key -> contact, key -> person): everybody once, every third a second time with a slip in
    the name and another in the birth date or the street; every tenth with a twin in the house."""
    dice = random.Random(7)
    contacts: dict[str, Contact] = {}
    who: dict[str, int] = {}
    for number in range(people):
        one: Contact = {
            "first_key": dice.choice(GIVEN),
            "last_key": "".join(dice.choice("bcdflmnrstvz") + dice.choice("aeiou") for _ in "123")
            + "ni",
            "birth_date": date(1950, 1, 1) + timedelta(days=dice.randrange(18_000)),
            "street": "via " + "".join(dice.choice("aeioubcdlmnrst") for _ in range(8)),
            "street_number": str(dice.randrange(1, 90)),
            "postal_code": f"{dice.randrange(100, 999)}{dice.randrange(10, 99)}",
            "city": dice.choice(["roma", "milano", "torino", "bari", "lecce", "pisa"]),
        }
        contacts[f"a{number}"], who[f"a{number}"] = one, number
        if number % 3 == 0:
            again = dict(one)
            again["last_key"] = swapped(one["last_key"], dice)
            field = dice.choice(["birth_date", "street"])
            again[field] = (
                one["birth_date"] + timedelta(days=1)
                if field == "birth_date"
                else swapped(one["street"], dice)
            )
            contacts[f"b{number}"], who[f"b{number}"] = again, number
        if number % 10 == 1:
            other = next(name for name in GIVEN if name != one["first_key"])
            contacts[f"t{number}"] = {**one, "first_key": other}
            who[f"t{number}"] = people + number
    return contacts, who


def swapped(word: str, dice: random.Random) -> str:
    """Two neighbours in the wrong order."""
    at = dice.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def put(project: Project, contacts: dict[str, Contact], *, build_id: int) -> None:
    """Make these contacts rows of core.uniform_contacts that this build changed."""
    columns = ", ".join(f"{name} {kind}" for name, kind in FIELDS.items())
    marks = ", ".join(["%s"] * (len(FIELDS) + 3))
    with postgres.connect(project) as conn:
        values.ensure(conn)
        conn.execute(
            f"create table if not exists core.uniform_contacts (source text, contact_key text,"
            f" {columns}, _build_id bigint, primary key (source, contact_key))"
        )
        conn.execute(
            "delete from core.uniform_contacts where contact_key = any(%s)", [list(contacts)]
        )
        with conn.cursor() as cursor:
            cursor.executemany(
                f"insert into core.uniform_contacts values ({marks})",
                [
                    ("s", key, *(contact.get(name) for name in FIELDS), build_id)
                    for key, contact in contacts.items()
                ],
            )


def proposed(project: Project) -> dict[tuple[str, str], tuple[float, str, int]]:
    """(left, right) -> (probability, evidence, build) of the pairs that are proposed."""
    with postgres.connect(project) as conn:
        rows = conn.execute(
            "select left_key, right_key, probability, evidence, _build_id"
            " from core.proposed_pairs where matcher = 'splink' and is_present"
        ).fetchall()
    return {(left, right): rest for left, right, *rest in rows}


def switch(project: Project, **settings: Any) -> None:
    project.settings.update(
        matcher="splink", matcher_link_probability=LINK, matcher_review_probability=REVIEW,
        matcher_least_contacts=100, matcher_retrain_share=0.2,
    )  # fmt: skip
    project.settings.update(settings)


@pytest.fixture(scope="module")
def learnt(make_project: Callable[[], Project]) -> Project:
    """A warehouse after the tier's first night, which is build 1."""
    project = make_project()
    switch(project)
    put(project, planted()[0], build_id=1)
    assert splink_tier.fill(project, 1) > 0
    return project


def test_it_finds_who_was_planted_twice(learnt: Project) -> None:
    who = planted()[1]
    truth = {frozenset((f"a{n}", f"b{n}")) for key, n in who.items() if key.startswith("b")}
    linked = {frozenset(pair) for pair, said in proposed(learnt).items() if said[0] >= LINK}
    right = len(linked & truth)
    assert right / len(linked) >= 0.99
    assert right / len(truth) >= 0.9


def test_a_twin_in_the_house_waits_for_a_person(learnt: Project) -> None:
    twins = {pair: said for pair, said in proposed(learnt).items() if pair[1].startswith("t")}
    assert twins
    assert all(probability < LINK for probability, *_ in twins.values())


def reached(**said: str) -> house.Reached:
    """The level of each comparison by its words; 'no' for none of its levels."""
    found: house.Reached = {}
    for one in COMPARISONS:
        if one.name in said:
            levels = {level.says: level for level in one.levels}
            found[one.name] = levels.get(said[one.name], one.otherwise)
            assert said[one.name] in (*levels, "no")
    return found


#: What a family shares: enough weight for any threshold.
HOUSE = {"last_name": "same last name", "street": "same address", "phone": "same phone"}


@pytest.mark.parametrize(
    ("said", "first_names", "years", "why"),
    [
        ({"first_name": "no", "birth_date": "same birth date"}, "marta maria", 0, "two first"),
        ({"first_name": "no", "birth_date": "same birth date"}, "marta mrta", 0, None),
        ({"first_name": "no"}, "xavi xerxes", None, "another first name"),
        ({"first_name": "same first name", "birth_date": "no"}, "ugo ugo", 28, "generation"),
        ({"first_name": "same first name", "birth_date": "no"}, "ugo ugo", 3, None),
        ({"first_name": "initial of the first name"}, "m marta", None, "no first name"),
        ({}, "", None, "no first name"),
        ({"email": "same e-mail"}, "", None, None),
        ({"first_name": "same first name", "last_name": "no"}, "ugo ugo", None, "another last"),
        ({"first_name": "no", "code": "same personal code"}, "marta maria", 40, None),
        ({"first_name": "same first name"}, "ugo ugo", None, None),
        ({"first_name": "same first name", "phone": "no"}, "ugo ugo", None, "one name in one"),
    ],
)
def test_what_a_house_explains_is_held_back(
    said: dict[str, str], first_names: str, years: int | None, why: str | None
) -> None:
    one, _, other = first_names.partition(" ")
    levels = reached(**{**HOUSE, **said})
    found = house.explains(levels, one, other, years, has_houses=True)
    assert (why in found) if why else found is None
    assert house.explains(levels, one, other, years, has_houses=False) is None


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ({"town": "same town", "postal_code": "same postal code"}, "little but the name"),
        ({"street": "same street", "town": "no", "postal_code": "no"}, "little but the name"),
        ({"street": "same street", "town": "same town"}, None),
    ],
)
def test_namesakes_are_held_back_wherever_they_live(place: dict[str, str], why: str | None) -> None:
    levels = reached(first_name="same first name", last_name="same last name", **place)
    assert house.explains(levels, "ugo", "ugo", None, has_houses=False) == why


def test_evidence_says_what_speaks_for_and_against(learnt: Project) -> None:
    texts = [evidence for _p, evidence, _b in proposed(learnt).values()]
    assert any("same first name" in text and "weight" in text for text in texts)
    assert any("; but other" in text for text in texts)


def test_columns_that_nobody_fills_are_left_out(learnt: Project) -> None:
    with postgres.connect(learnt) as conn:
        model = model_store.read(conn, "splink")
    assert model is not None
    names = {one["output_column_name"] for one in model.settings["comparisons"]}
    assert {"first_name", "last_name", "birth_date", "street"} <= names
    assert not names & {"email", "phone", "code", "card", "company", "gender"}


def test_the_same_contacts_teach_the_same(
    learnt: Project, make_project: Callable[[], Project]
) -> None:
    other = make_project()
    switch(other)
    put(other, dict(reversed(planted()[0].items())), build_id=1)
    splink_tier.fill(other, 1)
    assert proposed(other) == proposed(learnt)
    with postgres.connect(learnt) as one, postgres.connect(other) as two:
        models = [model_store.read(conn, "splink") for conn in (one, two)]
    assert models[0].name == models[1].name


def test_a_later_night_weighs_only_what_is_new(
    learnt: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No news: nothing. Then a contact that is a known one's second, one that moved away from its
    twin in every field, and one that is no more."""
    weighed: list[int] = []
    trained: list[int] = []
    count_pairs, train = blocking.pair_up, training.train
    monkeypatch.setattr(
        blocking, "pair_up", lambda con, **how: weighed.append(count_pairs(con, **how))
    )
    monkeypatch.setattr(training, "train", lambda con: trained.append(1) or train(con))
    before = proposed(learnt)
    assert splink_tier.fill(learnt, 2) == 0
    assert weighed == [0]

    contacts = planted()[0]
    second = {**contacts["a1"], "last_key": contacts["a1"]["last_key"] + "i"}
    away = {**contacts["a2"], "city": "genova"}
    put(learnt, {"new": second, "b0": away}, build_id=3)
    with postgres.connect(learnt) as conn:
        conn.execute("delete from core.uniform_contacts where contact_key = 'b3'")
    splink_tier.fill(learnt, 3)
    after = proposed(learnt)
    assert not trained
    assert 0 < weighed[1] < 200
    assert ("a1", "new") in after and after["a1", "new"][0] >= LINK
    assert ("a0", "b0") in before and ("a0", "b0") not in after
    assert ("a3", "b3") in before and ("a3", "b3") not in after
    untouched = {
        pair: said for pair, said in before.items() if not {"a1", "a2", "b0", "b3"} & set(pair)
    }
    assert untouched.items() <= after.items(), "rows of yesterday keep their build"


def test_what_goes_wrong_leaves_the_pairs_of_last_night(
    learnt: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = proposed(learnt)
    put(learnt, {"odd": planted()[0]["a5"]}, build_id=4)

    def fail(*_: object, **__: object) -> None:
        raise ValueError("Marta Rossi is not a number")

    with monkeypatch.context() as patched:
        patched.setattr(scoring, "weigh", fail)
        assert splink_tier.fill(learnt, 4) == 0
    assert proposed(learnt) == before
    said = capsys.readouterr().err
    assert "matcher: stopped (ValueError)" in said and "Marta" not in said

    with monkeypatch.context() as patched:
        patched.setattr(splink_tier, "find_spec", lambda _name: None)
        assert splink_tier.fill(learnt, 4) == 0
    assert proposed(learnt) == before
    assert "not installed" in capsys.readouterr().err


def test_switched_off_it_proposes_nothing(project: Project) -> None:
    contacts = planted()[0]
    put(project, contacts, build_id=1)
    with postgres.connect(project) as conn:
        conn.execute(
            "insert into core.proposed_pairs values"
            " ('splink', 's', 'a0', 's', 'b0', 0.99, 'alike', 'm', true, 1),"
            " ('ours', 's', 'a0', 's', 'b0', 0.99, 'alike', 'm', true, 1)"
        )
    assert project.settings["matcher"] == "off", "it is off unless somebody says otherwise"
    assert splink_tier.fill(project, 2) == 1
    assert splink_tier.fill(project, 3) == 0
    with postgres.connect(project) as conn:
        left = conn.execute(
            "select matcher, is_present, _build_id from core.proposed_pairs order by matcher"
        ).fetchall()
    assert left == [("ours", True, 1), ("splink", False, 2)]


@pytest.mark.parametrize(
    ("contacts", "told"),
    [
        (dict(list(planted()[0].items())[:20]), "it takes 100 contacts"),
        (
            {f"x{n}": {"first_key": f"n{n}", "city": "roma"} for n in range(150)},
            "fewer than two columns",
        ),
        (
            {k: c for k, c in planted()[0].items() if k.startswith("a")},
            "too few contacts look like one person",
        ),
    ],
    ids=["few contacts", "one column", "nobody twice"],
)
def test_too_little_to_learn_from_is_told(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    contacts: dict[str, Contact],
    told: str,
) -> None:
    switch(project)
    put(project, contacts, build_id=1)
    assert splink_tier.fill(project, 1) == 0
    assert told in capsys.readouterr().err
    assert not proposed(project)


@pytest.mark.parametrize(
    "settings",
    [
        {"matcher": "magic"},
        {"matcher_review_probability": 0.99},
        {"matcher_link_probability": 1},
    ],
    ids=["no such matcher", "review above link", "certainty"],
)
def test_settings_that_cannot_be_meant(project: Project, settings: dict[str, Any]) -> None:
    switch(project, **settings)
    with pytest.raises(SchedaError, match=r"dbt_project\.yml"):
        splink_tier.fill(project, 1)
