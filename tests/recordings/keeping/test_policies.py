"""Which policy counts, and which cannot be."""

import pytest

from ringdesk.config import cli
from ringdesk.recordings.keeping import policies
from ringdesk.recordings.keeping.policies import BadPattern, Policies, PolicyThere
from ringdesk.recordings.models import Policy
from ringdesk.storage.engine import Database
from tests.house import Running
from tests.recordings.keeping.shelf import settings_of

FORM = {
    "queue": "",
    "did": "",
    "language": None,
    "keep_days": None,
    "mask_cards": True,
    "mask_patterns": [],
    "withhold": True,
    "announcement": None,
    "opt_out_key": None,
}


def rule(name: str, queue: str = "", did: str = "") -> Policy:
    return Policy(**FORM | {"queue": queue, "did": did, "announcement": name})


def test_a_number_wins_over_a_queue_and_a_queue_over_the_general_one() -> None:
    rules = [rule("general"), rule("queue", "support"), rule("number", did="+1 (555) 0100"), rule("both", "support", "15550100")]
    for order in (rules, rules[::-1]):
        known = Policies(tuple(order))
        assert known.of("support", "+15550100").announcement == "both"
        assert known.of("sales", "15550100").announcement == "number"
        assert known.of("support", None).announcement == "queue"
        assert known.of(None, "15550199").announcement == "general"
    assert Policies(()).of("support", None).mask_cards, "without any the default counts"


@pytest.mark.parametrize("pattern", ["(", "[0-9", "*", "a{99999999999}", "x*", ""])
async def test_a_pattern_that_is_none_is_refused(db: Database, pattern: str) -> None:
    async with db.write() as session:
        with pytest.raises(BadPattern):
            await policies.add(session, **FORM | {"mask_patterns": ["pin [0-9]+", pattern]})


async def test_one_policy_for_each(db: Database) -> None:
    async with db.write() as session:
        await policies.add(session, **FORM | {"queue": "support"})
    with pytest.raises(PolicyThere):
        async with db.write() as session:
            await policies.add(session, **FORM | {"queue": "support"})


async def test_policies_by_the_api(house: Running) -> None:
    api = house.api("maria")
    path = "/api/v1/recording-policies"
    (general,) = (await (await api.get(path)).json())["items"]
    assert general == {**FORM, "id": general["id"]}
    assert (await (await api.get(path)).json())["items"] == [general]
    async with api.post(path, json={"queue": "support", "keep_days": 90, "mask_patterns": ["pin [0-9]+"]}) as answer:
        assert answer.status == 201
        mine = await answer.json()
    assert (mine["queue"], mine["keep_days"], mine["mask_cards"]) == ("support", 90, True)
    assert (await api.post(path, json={"queue": "support"})).status == 409
    async with api.post(path, json={"queue": "x", "mask_patterns": ["("]}) as answer:
        assert (answer.status, (await answer.json())["type"]) == (422, "urn:ringdesk:problem:bad_pattern")
    assert (await api.put(f"{path}/{mine['id']}", json={"queue": ""})).status == 409
    assert (await api.put(f"{path}/{mine['id']}", json={"queue": "support", "keep_days": 30})).status == 200
    assert (await api.put(f"{path}/{general['id']}", json={"queue": "support"})).status == 409
    assert (await api.put(f"{path}/{general['id']}", json={"keep_days": 365})).status == 200
    assert (await api.delete(f"{path}/{general['id']}")).status == 409
    assert (await api.delete(f"{path}/{mine['id']}")).status == 204
    assert (await api.delete(f"{path}/{mine['id']}")).status == 404
    assert [item["keep_days"] for item in (await (await api.get(path)).json())["items"]] == [365]
    trail = (await (await api.get("/api/v1/audit")).json())["items"]
    assert [item["action"] for item in trail if item["subject"] == "recording_policy"] == ["deleted", "changed", "changed", "added"]


async def test_what_a_number_s_policy_announces_is_printed_too(db: Database, database_url: str) -> None:
    async with db.write() as session:
        session.add_all([rule("of-queue", "support"), rule("of-number", did="+380 44 1000000"), rule("of-both", "support", "100")])
    told = await cli._announced(settings_of(database_url))
    assert [(each.queue, each.did, each.sound) for each in told] == [
        ("support", "", "of-queue"),
        ("support", "100", "of-both"),
        ("", "+380 44 1000000", "of-number"),
    ]
