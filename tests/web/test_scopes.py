"""What each person sees of what they may ask for: their own calls, their team's, their team's customers and call-backs."""

from typing import Any

import pytest

from ringdesk.agents.rights import Role
from tests.house import Running
from tests.incoming import ANNA, Incoming, abandoned, talked

API = "/api/v1"


async def got(house: Running, who: str, path: str, **params: Any) -> Any:
    async with house.api(who).get(API + path, params=params) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def ids(house: Running, who: str, path: str = "/calls", **params: Any) -> list[Any]:
    return [item["id"] for item in (await got(house, who, path, **params))["items"]]


async def status(house: Running, who: str, method: str, path: str, **body: Any) -> int:
    async with house.api(who).request(method, API + path, json=body if method != "GET" else None) as answer:
        return answer.status


async def team_customer(house: Running, team: str, name: str = "Secret Person", number: str = ANNA) -> int:
    (team_id,) = [t["id"] for t in (await got(house, "adam", "/teams"))["items"] if t["name"] == team]
    body = {"name": name, "numbers": [{"number": number}], "team_id": team_id}
    async with house.api("adam").post(f"{API}/customers", json=body) as answer:
        assert answer.status == 201, await answer.text()
        return int((await answer.json())["id"])


async def test_agents_read_their_own_calls_supervisors_their_teams_managers_all(house: Running) -> None:
    support = await talked(house, "1001")
    sales = await talked(house, "1005", queue="sales")
    direct = await talked(house, "1002", queue=None)
    waiting = await abandoned(house, "+380509876543", queue="sales")
    seen = {
        "anna": {support},
        "olga": {direct},
        "boris": {sales},
        "sofia": {support, direct},
        "stefan": {sales, waiting},
        "maria": {support, sales, direct, waiting},
        "adam": {support, sales, direct, waiting},
    }
    for name, expected in seen.items():
        assert set(await ids(house, name)) == expected, name
        for call in seen["maria"]:
            there = call in expected
            assert await status(house, name, "GET", f"/calls/{call}") == (200 if there else 404), (name, call)
            assert await status(house, name, "PUT", f"/calls/{call}/customer", customer_id=None) == (204 if there else 404), (name, call)
    for name in ("anna", "olga", "boris", "sofia", "stefan"):
        for call in seen["maria"]:
            written = await status(house, name, "PUT", f"/calls/{call}/note", body="Mine")
            assert written == (200 if call in seen[name] else 404), (name, call)


@pytest.mark.parametrize("narrowed", [{"agent": "1005"}, {"queue": "sales"}, {"number": ANNA}, {"did": "4001"}, {"outcome": "answered"}])
async def test_no_filter_widens_what_an_agent_sees(small_house: Running, narrowed: dict[str, str]) -> None:
    await talked(small_house, "1005", queue="sales")
    if "agent" in narrowed:
        narrowed = {"agent": str(small_house.ids["boris"])}
    assert await ids(small_house, "anna", **narrowed) == []
    assert await ids(small_house, "maria", **narrowed) != []


async def test_calls_are_found_by_the_number_dialled(small_house: Running) -> None:
    call = await talked(small_house, "1005", queue="sales")
    assert await ids(small_house, "maria", did="4001") == [call]
    assert await ids(small_house, "maria", did="4002") == []
    assert (await got(small_house, "maria", f"/calls/{call}"))["trunk"] == "PJSIP/trunk"


async def test_running_calls_are_bounded_like_those_that_are_over(small_house: Running) -> None:
    call = Incoming(small_house, queue="sales").rings("1005").answered("1005")
    assert await ids(small_house, "boris", "/calls/active") == [call.id]
    assert await ids(small_house, "anna", "/calls/active") == []
    assert await ids(small_house, "sofia", "/calls/active") == []
    assert await ids(small_house, "stefan", "/calls/active") == [call.id]
    call.ends()
    await small_house.quiet()
    assert await ids(small_house, "stefan", "/calls/active") == []


async def test_only_who_is_in_a_call_may_hang_it_up_or_send_it_on(small_house: Running) -> None:
    call = Incoming(small_house).rings("1001").answered("1001")
    for name in ("olga", "boris", "sofia"):
        for path, body in (("hang-up", {}), ("transfer", {"to": "1005"}), ("transfer/cancel", {})):
            assert await status(small_house, name, "POST", f"/calls/{call.id}/{path}", **body) == 409, (name, path)
    assert await status(small_house, "anna", "POST", f"/calls/{call.id}/hang-up") == 503, "it is theirs; the PBX is not there"
    call.ends()


async def test_a_teams_customer_is_hidden_from_the_others_in_every_path(house: Running) -> None:
    secret = await team_customer(house, "Sales")
    call = await talked(house, "1001")  # an agent of the other team took it
    public = {"name": "Public", "numbers": [{"number": ANNA}]}
    for name, there in (("anna", False), ("sofia", False), ("boris", True), ("stefan", True), ("maria", True), ("adam", True)):
        found = 200 if there else 404
        assert await status(house, name, "GET", f"/customers/{secret}") == found, name
        assert await status(house, name, "GET", f"/customers/{secret}/timeline") == found, name
        assert (secret in await ids(house, name, "/customers")) == there, name
        for params in ({"q": "secret"}, {"q": "1234567"}, {"phone": ANNA}, {"sort": "name"}):
            assert (secret in await ids(house, name, "/customers", **params)) == there, (name, params)
        assert await status(house, name, "POST", f"/customers/{secret}/notes", body="x") == (201 if there else 404), name
    for name in ("anna", "sofia"):
        assert await status(house, name, "PUT", f"/customers/{secret}", **public) == 404, name
        assert await status(house, name, "PUT", f"/calls/{call}/customer", customer_id=secret) == 403, name
        assert await status(house, name, "POST", "/calls", to="1005", customer_id=secret) == 404, name
        shown = await got(house, name, f"/calls/{call}")
        assert (shown["customer"], shown["customer_id"]) == (None, None), name
    assert await status(house, "sofia", "POST", f"/customers/{secret}/merge", other_id=1) == 404
    assert (await got(house, "maria", f"/calls/{call}"))["customer"]["id"] == secret


async def test_notes_on_a_hidden_customers_call_are_hidden_too(house: Running) -> None:
    """Two agents of two teams took part in the call; only one of them may see whose it is."""
    await team_customer(house, "Sales")
    call = await Incoming(house, queue="sales").rings("1001").ignored("1001").rings("1005").answered("1005").looked_up()
    call.ends()
    await house.quiet()
    assert await status(house, "boris", "PUT", f"/calls/{call.id}/note", body="Has cancer") == 200
    assert await status(house, "anna", "PUT", f"/calls/{call.id}/note", body="Did not hear the phone") == 200
    assert [n["body"] for n in (await got(house, "anna", f"/calls/{call.id}"))["notes"]] == ["Did not hear the phone"]
    assert len((await got(house, "boris", f"/calls/{call.id}"))["notes"]) == 2


async def test_nobody_takes_a_call_away_from_a_customer_they_may_not_see(house: Running) -> None:
    """As a call of somebody else's, or of nobody, its notes would be theirs to read."""
    secret = await team_customer(house, "Sales")
    call = await Incoming(house, queue="sales").rings("1001").ignored("1001").rings("1005").answered("1005").looked_up()
    call.ends()
    await house.quiet()
    assert await status(house, "boris", "PUT", f"/calls/{call.id}/note", body="Has cancer") == 200
    async with house.api("anna").post(f"{API}/customers", json={"name": "Public"}) as answer:
        public = (await answer.json())["id"]
    for chosen in (None, public):
        assert await status(house, "anna", "PUT", f"/calls/{call.id}/customer", customer_id=chosen) == 403
    assert await status(house, "anna", "POST", "/customers", name="Another", call_id=call.id) == 403
    assert await ids(house, "anna", "/customers") == [public], "nothing half done"
    shown = await got(house, "anna", f"/calls/{call.id}")
    assert (shown["customer"], shown["notes"]) == (None, [])
    assert (await got(house, "anna", f"/customers/{public}/timeline"))["items"] == []
    assert await status(house, "boris", "PUT", f"/calls/{call.id}/customer", customer_id=public) == 204
    assert [n["body"] for n in (await got(house, "anna", f"/calls/{call.id}"))["notes"]] == ["Has cancer"]
    entries = (await got(house, "maria", "/audit", customer_id=secret))["items"]
    changed = next(e for e in entries if e["action"] == "call_assigned")
    assert (changed["user"], changed["detail"]) == ("Boris", {"call_id": call.id, "before": secret, "now": public})


async def test_a_filter_by_a_hidden_customer_finds_nothing(house: Running) -> None:
    """Or one could try id after id until it is known whose call it was."""
    secret = await team_customer(house, "Sales")
    call = await talked(house, "1001")
    assert await ids(house, "anna", customer_id=secret) == []
    assert await ids(house, "anna", customer_id=secret + 1) == []
    assert await ids(house, "maria", customer_id=secret) == [call]


async def test_a_removed_customers_calls_are_calls_of_a_number_also_while_they_run(house: Running) -> None:
    gone = await team_customer(house, "Sales")
    call = await Incoming(house, queue="sales").rings("1005").answered("1005").looked_up()
    assert await status(house, "boris", "PUT", f"/calls/{call.id}/customer", customer_id=gone) == 204
    assert await status(house, "maria", "DELETE", f"/customers/{gone}") == 204
    call.ends()
    await house.quiet()
    shown = await got(house, "boris", f"/calls/{call.id}")
    assert (shown["customer_id"], shown["outcome"]) == (None, "answered")
    async with house.api("maria").post(f"{API}/customers", json={"name": "The next"}) as answer:
        following = (await answer.json())["id"]
    assert following > gone, "an id is never used twice"
    assert (await got(house, "maria", "/audit", customer_id=following))["items"][0]["action"] == "created"


async def test_a_call_of_a_shared_number_stays_open_until_somebody_chooses(house: Running) -> None:
    """Whoever edits one of those who share the number has not said whose the call was."""
    people = []
    for name in ("Anna", "Bohdan"):
        async with house.api("maria").post(f"{API}/customers", json={"name": name, "numbers": [{"number": ANNA}]}) as answer:
            people.append((await answer.json())["id"])
    call = await talked(house, "1001")
    edited = {"name": "Anna P.", "numbers": [{"number": ANNA}, {"number": "+380501112233"}]}
    assert await status(house, "anna", "PUT", f"/customers/{people[0]}", **edited) == 200
    assert await status(house, "anna", "POST", "/customers", name="Olena", numbers=[{"number": ANNA}]) == 201
    assert (await got(house, "anna", f"/calls/{call}"))["customer_id"] is None
    unknown = await talked(house, "1001", "+380509998877")
    edited["numbers"] = [*edited["numbers"], {"number": "+380509998877"}]  # type: ignore[misc]
    assert await status(house, "anna", "PUT", f"/customers/{people[0]}", **edited) == 200
    assert (await got(house, "anna", f"/calls/{unknown}"))["customer_id"] == people[0], "nobody else has that number"


async def test_every_look_at_customers_leaves_a_line(small_house: Running) -> None:
    async with small_house.api("anna").post(f"{API}/customers", json={"name": "Anna", "numbers": [{"number": ANNA}]}) as answer:
        anna = (await answer.json())["id"]
    async with small_house.api("anna").post(f"{API}/customers", json={"name": "Bohdan", "numbers": [{"number": ANNA}]}) as answer:
        bohdan = (await answer.json())["id"]
    looks: list[tuple[str, dict[str, Any], str, Any]] = [
        (f"/customers/{anna}", {}, "viewed", None),
        (f"/customers/{anna}/timeline", {}, "viewed", {"part": "timeline"}),
        ("/customers", {}, "searched", {"found": [anna, bohdan]}),
        ("/customers", {"limit": 1}, "searched", {"found": [anna]}),
        ("/customers", {"q": "bohd"}, "searched", {"q": "bohd", "found": [bohdan]}),
        ("/customers", {"kind": "person", "phone": ANNA}, "searched", {"kind": "person", "phone": ANNA, "found": [anna, bohdan]}),
        ("/customers/duplicates", {}, "searched", {"shared_numbers": [ANNA], "found": [anna, bohdan]}),
    ]
    for path, query, action, detail in looks:
        await got(small_house, "sofia", path, **query)
        last = (await got(small_house, "maria", "/audit", limit=1))["items"][0]
        assert (last["user"], last["action"], last["detail"]) == ("Sofia", action, detail), path
        assert last["address"] == "127.0.0.1"
    await got(small_house, "sofia", "/customers", q="nobody")
    assert (await got(small_house, "maria", "/audit", limit=1))["items"][0] == last, "nobody was seen"


async def test_duplicates_show_nobody_a_customer_of_another_team(house: Running) -> None:
    secret = await team_customer(house, "Sales")
    async with house.api("sofia").post(f"{API}/customers", json={"name": "Public", "numbers": [{"number": ANNA}]}) as answer:
        public = (await answer.json())["id"]
    assert (await got(house, "sofia", "/customers/duplicates"))["items"] == []
    (shared,) = (await got(house, "stefan", "/customers/duplicates"))["items"]
    assert {c["id"] for c in shared["customers"]} == {secret, public}


async def test_an_agent_restricts_a_customer_to_teams_of_their_own_only(small_house: Running) -> None:
    teams = {t["name"]: t["id"] for t in (await got(small_house, "anna", "/teams"))["items"]}
    assert await status(small_house, "anna", "POST", "/customers", name="A", team_id=teams["Sales"]) == 422
    assert await status(small_house, "anna", "POST", "/customers", name="A", team_id=teams["Support"]) == 201
    assert await status(small_house, "maria", "POST", "/customers", name="A", team_id=teams["Sales"]) == 201


async def test_call_backs_belong_to_the_queues_of_the_team(house: Running) -> None:
    await abandoned(house, "+380501111111", queue="support")
    await abandoned(house, "+380502222222", queue="sales")
    await abandoned(house, "+380503333333", queue=None)
    number = {item["number"]: item["id"] for item in (await got(house, "maria", "/callbacks"))["items"]}
    assert len(number) == 3
    support, sales, of_nobody = number["+380501111111"], number["+380502222222"], number["+380503333333"]
    assert set(await ids(house, "anna", "/callbacks")) == {support, of_nobody}
    assert set(await ids(house, "stefan", "/callbacks")) == {sales, of_nobody}
    for action in ("take", "release", "dismiss"):
        assert await status(house, "anna", "POST", f"/callbacks/{sales}/{action}") == 404, action
        assert await status(house, "sofia", "POST", f"/callbacks/{sales}/{action}") == 404, action
    assert await status(house, "anna", "POST", f"/callbacks/{of_nobody}/take") == 200
    assert await status(house, "boris", "POST", f"/callbacks/{of_nobody}/release") == 409, "an agent does not take a colleague's"
    assert await status(house, "stefan", "POST", f"/callbacks/{of_nobody}/release") == 409, "nor does another team's supervisor"
    assert await status(house, "sofia", "POST", f"/callbacks/{of_nobody}/release") == 200


async def test_who_may_not_dial_does_not_take_a_call_back_to_dial_it(small_house: Running) -> None:
    await abandoned(small_house)
    (entry,) = await ids(small_house, "maria", "/callbacks")
    assert await status(small_house, "maria", "POST", f"/callbacks/{entry}/take", dial=True) == 403
    assert (await got(small_house, "maria", "/callbacks"))["items"][0]["state"] == "open"


async def test_presence_of_others_is_for_those_who_supervise_them(small_house: Running) -> None:
    allowed = {"anna": {"anna"}, "sofia": {"anna", "olga", "sofia"}, "stefan": {"boris", "stefan"}}
    everybody = {"anna", "olga", "boris", "sofia", "stefan"}
    allowed |= {"maria": everybody, "adam": everybody}
    for asker, whose in allowed.items():
        for agent in everybody:
            path = f"/agents/{small_house.ids[agent]}/presence"
            assert await status(small_house, asker, "GET", path) == (200 if agent in whose else 404), (asker, agent)
            if asker != "anna":
                turned = await status(small_house, asker, "PUT", path, state="paused", reason="Lunch")
                assert turned == (200 if agent in whose else 404), (asker, agent)


async def test_a_supervisor_of_no_team_supervises_everybody_until_there_is_one(small_house: Running) -> None:
    call = await talked(small_house, "1005", queue="sales")
    await small_house.add_user("zoe", Role.SUPERVISOR)
    assert await ids(small_house, "zoe") == [call]
    async with small_house.api("adam").post(f"{API}/teams", json={"name": "Night", "members": [small_house.ids["zoe"]]}) as answer:
        assert answer.status == 201
    assert await ids(small_house, "zoe") == []


async def test_notes_are_changed_by_their_author_alone(small_house: Running) -> None:
    async with small_house.api("anna").post(f"{API}/customers", json={"name": "A"}) as answer:
        customer = (await answer.json())["id"]
    async with small_house.api("anna").post(f"{API}/customers/{customer}/notes", json={"body": "Mine"}) as answer:
        note = (await answer.json())["id"]
    for name in ("olga", "sofia", "maria", "adam"):
        assert await status(small_house, name, "PUT", f"/notes/{note}", body="Yours") == 403
        assert await status(small_house, name, "DELETE", f"/notes/{note}") == 403
    assert await status(small_house, "anna", "PUT", f"/notes/{note}", body="Still mine") == 200
    assert await status(small_house, "anna", "DELETE", f"/notes/{note}") == 204
    assert await status(small_house, "anna", "DELETE", f"/notes/{note}") == 404


async def test_tokens_are_their_owners_alone(small_house: Running) -> None:
    async with small_house.api("anna").post(f"{API}/tokens", json={"label": "Script"}) as answer:
        token = (await answer.json())["id"]
    assert token not in await ids(small_house, "adam", "/tokens")
    assert await status(small_house, "adam", "DELETE", f"/tokens/{token}") == 404
    assert token in await ids(small_house, "anna", "/tokens")
    assert await status(small_house, "anna", "DELETE", f"/tokens/{token}") == 204
