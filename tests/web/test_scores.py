"""Scorecards, scores and reviews over HTTP: who sees whose, who answers, and what is told to whom."""

from typing import Any

from ringdesk.recordings.scoring.rescoring import Rescoring
from tests.house import Running
from tests.recordings.scoring.keeping import RUDE, call, of_call, scored
from tests.recordings.scoring.keeping import recording as shared

API = "/api/v1"
CARD = {
    "name": "Service",
    "sections": [
        {
            "title": "Opening",
            "questions": [
                {"id": "greets", "text": "Gives their name", "weight": 3, "rule": {"kind": "says", "phrases": ["my name is"]}},
                {"id": "share", "text": "Listens", "rule": {"kind": "talk_share", "most": 90}},
            ],
        },
        {
            "title": "Rest",
            "questions": [
                {"id": "kind", "text": "Is kind", "auto_fail": True, "rule": {"kind": "says", "never": True, "phrases": ["shut up"]}},
                {"id": "solved", "text": "Solved it", "allow_na": False, "rule": {"kind": "person"}},
            ],
        },
    ],
}
EVERYBODY = ("anna", "olga", "boris", "sofia", "stefan", "maria", "adam")


async def said(house: Running, who: str, method: str, path: str, expect: int = 200, **body: Any) -> Any:
    async with house.api(who).request(method, API + path, json=None if method in ("GET", "DELETE") else body) as answer:
        assert answer.status == expect, (who, path, await answer.text())
        return await answer.json() if answer.status != 204 else None


async def problem(house: Running, who: str, method: str, path: str, **body: Any) -> str:
    async with house.api(who).request(method, API + path, json=None if method == "GET" else body) as answer:
        assert answer.status >= 400
        return str((await answer.json())["type"]).rpartition(":")[2]


async def two_calls(house: Running) -> tuple[int, int]:
    """Anna was polite at support, Boris rude at sales; both are scored by a card that Sofia made."""
    await said(house, "sofia", "POST", "/scorecards", 201, definition=CARD)
    db = house.house.db
    anna = await of_call(db, "pbx-1", house.ids["anna"])
    boris = await of_call(db, "pbx-2", house.ids["boris"], said=RUDE, queue="sales")
    await scored(db)
    return anna, boris


async def test_a_score_shows_its_evidence(house: Running) -> None:
    recording, _ = await two_calls(house)
    score = await said(house, "anna", "GET", f"/recordings/{recording}/score")
    assert (score["scorecard"], score["version"], score["current"], score["total"]) == ("Service", 1, True, 100)
    assert (score["failed"], score["passed"], score["agent"]["name"]) == (False, True, "Anna")
    greets, share, kind, solved = score["answers"]
    assert (greets["section"], greets["question"], greets["answer"], greets["by"]) == ("Opening", "Gives their name", "yes", "machine")
    assert (greets["points"], greets["max_points"]) == (3, 3)
    assert greets["evidence"] == [{"start": 1.6, "end": 2.45, "speaker": "agent", "text": "my name is", "confidence": 0.95}]
    assert (share["unit"], 0 < share["measured"] < 90) == ("%", True)
    assert kind["auto_fail"]
    assert (solved["answer"], solved["machine"], solved["by"], solved["max_points"]) == (None, None, None, 0)


async def test_each_sees_the_scores_of_what_they_may_hear(house: Running) -> None:
    anna, boris = await two_calls(house)
    for name in EVERYBODY:
        for recording, those in ((anna, ("anna", "sofia", "maria", "adam")), (boris, ("boris", "stefan", "maria", "adam"))):
            expected = 200 if name in those else 404
            for path in ("score", "scores"):
                await said(house, name, "GET", f"/recordings/{recording}/{path}", expected)
    seen = {name: {a["agent"]["name"] for a in (await said(house, name, "GET", "/scores/summary"))["items"]} for name in EVERYBODY}
    assert seen == {
        "anna": {"Anna"},
        "olga": set(),
        "boris": {"Boris"},
        "sofia": {"Anna"},
        "stefan": {"Boris"},
        "maria": {"Anna", "Boris"},
        "adam": {"Anna", "Boris"},
    }
    asked = await said(house, "anna", "GET", f"/scores/summary?agent_id={house.ids['boris']}")
    assert asked["items"] == []
    (one,) = (await said(house, "maria", "GET", f"/scores/summary?agent_id={house.ids['boris']}"))["items"]
    assert (one["recordings"], one["average"], one["failed"], len(one["weeks"]), one["by_week"][-1]) == (1, 0, 1, 12, 0)


async def test_a_colleagues_score_is_not_shown_in_a_shared_recording(house: Running) -> None:
    await said(house, "sofia", "POST", "/scorecards", 201, definition=CARD)
    await said(house, "maria", "POST", "/review-rules", 201, share=1.0)
    at = await call(house.house.db, "pbx-1", house.ids["anna"], house.ids["olga"], talk=40.0)
    recording = await shared(house.house.db, "pbx-1", house.ids["anna"], house.ids["olga"], at=at, duration=70.0, said=RUDE)
    await scored(house.house.db)
    for name, theirs in (("anna", True), ("olga", False), ("sofia", True)):
        shown = await said(house, name, "GET", f"/recordings/{recording}")
        assert (shown["score"] is not None) == theirs, name
        below = await said(house, name, "GET", "/recordings?scored_below=50")
        assert len(below["items"]) == theirs, name
        await said(house, name, "GET", f"/recordings/{recording}/score", 200 if theirs else 404)
        assert len((await said(house, name, "GET", "/reviews"))["items"]) == (name == "sofia")


async def test_a_person_answers_and_it_is_written_down(house: Running) -> None:
    _, recording = await two_calls(house)
    path = f"/recordings/{recording}/score"
    assert await problem(house, "sofia", "PUT", path, question_id="kind", answer="yes") == "not_found"
    assert await problem(house, "boris", "PUT", path, question_id="kind", answer="yes") == "no_access"
    assert await problem(house, "stefan", "PUT", path, question_id="solved", answer="na") == "always_applies"
    assert await problem(house, "stefan", "PUT", path, question_id="nothing", answer="yes") == "not_found"
    assert await problem(house, "stefan", "PUT", path, question_id="kind", answer="yes", score_id=9999) == "not_found"
    score = await said(house, "stefan", "PUT", path, question_id="kind", answer="yes", note="A quotation")
    kind = score["answers"][2]
    assert (kind["answer"], kind["machine"], kind["by"], kind["who"]["name"], kind["note"]) == (
        "yes",
        "no",
        "user",
        "Stefan",
        "A quotation",
    )
    assert (score["total"], score["failed"]) == (40, False)
    assert kind["evidence"], "the machine's evidence stays"
    entry = (await said(house, "maria", "GET", "/audit?limit=1"))["items"][0]
    assert (entry["user"], entry["action"]) == ("Stefan", "answered")
    assert {"question": "kind", "before": "no", "now": "yes"}.items() <= entry["detail"].items()
    agreed = await said(house, "maria", "GET", "/reviews/agreement")
    assert (agreed["both"], agreed["agreed"], agreed["kappa"]) == (1, 0, 0)
    assert [row["question"] for row in agreed["questions"]] == ["Is kind"]
    assert [row["reviewer"]["name"] for row in agreed["reviewers"]] == ["Stefan"]
    assert (await said(house, "sofia", "GET", "/reviews/agreement"))["both"] == 0


async def test_a_review_from_the_list_to_the_agents_reply(house: Running) -> None:
    _, recording = await two_calls(house)
    boris = await house.desk("boris")
    review = await said(house, "stefan", "POST", "/reviews", 201, recording_id=recording, why="Sounded odd")
    assert (review["state"], review["why"], review["agent"]["name"], review["recording"]["id"]) == (
        "open",
        "Sounded odd",
        "Boris",
        recording,
    )
    assert await problem(house, "maria", "POST", "/reviews", recording_id=recording) == "review_waits"
    assert await problem(house, "sofia", "POST", "/reviews", recording_id=recording) == "not_found"
    path = f"/reviews/{review['id']}"
    assert (await said(house, "boris", "GET", "/reviews"))["items"] == []
    assert await problem(house, "boris", "POST", f"{path}/reply", text="What?") == "not_found"
    assert await problem(house, "stefan", "POST", f"{path}/close") == "review_open"
    assert await problem(house, "sofia", "POST", f"{path}/done") == "not_found"
    done = await said(house, "stefan", "POST", f"{path}/done", comment="Please stay calm")
    assert (done["state"], done["reviewer"]["name"], done["comment"]) == ("done", "Stefan", "Please stay calm")
    assert await problem(house, "stefan", "POST", f"{path}/done") == "review_over"
    pushed = await boris.until("review")
    assert (pushed["id"], pushed["recording_id"], pushed["state"]) == (review["id"], recording, "done")
    (mine,) = (await said(house, "boris", "GET", "/reviews"))["items"]
    assert mine["comment"] == "Please stay calm"
    assert (await said(house, "anna", "GET", "/reviews"))["items"] == []
    answered = await said(house, "boris", "POST", f"{path}/reply", text="I will")
    assert (answered["state"], answered["reply"]) == ("answered", "I will")
    assert await problem(house, "boris", "POST", f"{path}/reply", text="And") == "already_replied"
    assert (await said(house, "stefan", "POST", f"{path}/close"))["state"] == "closed"
    assert await problem(house, "stefan", "POST", f"{path}/close") == "review_closed"
    (entry,) = (await said(house, "stefan", "GET", f"/reviews?recording_id={recording}&state=closed"))["items"]
    assert entry["reply"] == "I will"
    assert [e["action"] for e in (await said(house, "maria", "GET", "/audit"))["items"] if e["subject"] == "review"] == [
        "review_closed",
        "review_answered",
        "review_done",
        "created",
    ]


async def test_reviews_come_in_pages(small_house: Running) -> None:
    db = small_house.house.db
    recordings = [await of_call(db, f"pbx-{i}", small_house.ids["anna"]) for i in range(5)]
    for recording in recordings:
        await said(small_house, "maria", "POST", "/reviews", 201, recording_id=recording)
    seen, cursor = [], ""
    while True:
        page = await said(small_house, "maria", "GET", f"/reviews?limit=2&sort=created_at&cursor={cursor}")
        seen += [item["recording"]["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == recordings


async def test_scorecards_from_a_template_to_a_new_version(house: Running) -> None:
    (template,) = (await said(house, "sofia", "GET", "/scorecards/templates"))["items"]
    card = await said(house, "sofia", "POST", "/scorecards", 201, definition=template, active=False)
    assert (card["version"], card["active"], card["definition"], card["changed_by"]["name"]) == (1, False, template, "Sofia")
    path = f"/scorecards/{card['id']}"
    same = await said(house, "sofia", "PUT", path, definition=template, active=True)
    assert (same["version"], same["active"]) == (1, True)
    changed = await said(house, "maria", "PUT", path, definition={**template, "pass_mark": 80})
    assert (changed["version"], changed["changed_by"]["name"]) == (2, "Maria")
    assert [v["version"] for v in (await said(house, "anna", "GET", f"{path}/versions"))["items"]] == [2, 1]
    assert (await said(house, "anna", "GET", path))["version"] == 2
    assert [c["id"] for c in (await said(house, "anna", "GET", "/scorecards"))["items"]] == [card["id"]]
    assert await problem(house, "sofia", "PUT", "/scorecards/999", definition=template) == "not_found"
    assert await problem(house, "sofia", "POST", "/scorecards", definition={**template, "sections": []}) == "invalid_request"


async def test_trying_a_definition_keeps_nothing(house: Running) -> None:
    anna, boris = await two_calls(house)
    tried = await said(house, "sofia", "POST", "/scorecards/try", definition={**CARD, "name": "Draft"}, recording_id=anna)
    assert (tried["id"], tried["scorecard"], tried["total"], tried["passed"]) == (0, "Draft", 100, True)
    assert tried["answers"][0]["evidence"][0]["text"] == "my name is"
    assert await problem(house, "sofia", "POST", "/scorecards/try", definition=CARD, recording_id=boris) == "not_found"
    assert len((await said(house, "maria", "GET", f"/recordings/{anna}/scores"))["items"]) == 1
    assert len((await said(house, "maria", "GET", "/scorecards"))["items"]) == 1


async def test_old_versions_scores_stay_to_be_read(house: Running) -> None:
    recording, _ = await two_calls(house)
    (card,) = (await said(house, "maria", "GET", "/scorecards"))["items"]
    shorter = {**CARD, "sections": CARD["sections"][:1]}
    await said(house, "sofia", "PUT", f"/scorecards/{card['id']}", definition=shorter)
    while await Rescoring(house.house.db).step():
        pass
    await scored(house.house.db)
    new, old = (await said(house, "anna", "GET", f"/recordings/{recording}/scores"))["items"]
    assert [(s["version"], s["current"], len(s["answers"])) for s in (new, old)] == [(2, True, 2), (1, False, 4)]


async def test_review_rules(house: Running) -> None:
    rule = await said(house, "sofia", "POST", "/review-rules", 201, share=1.0, queue="", below=50.0)
    assert rule == {"id": rule["id"], "queue": None, "below": 50.0, "only_failed": False, "share": 1.0, "active": True}
    await two_calls(house)
    (review,) = (await said(house, "maria", "GET", "/reviews"))["items"]
    assert (review["agent"]["name"], review["why"]) == ("Boris", "Drawn: 100 % of calls below 50")
    changed = await said(house, "sofia", "PUT", f"/review-rules/{rule['id']}", share=0.5, active=False)
    assert (changed["share"], changed["below"], changed["active"]) == (0.5, None, False)
    assert (await said(house, "stefan", "GET", "/review-rules"))["items"] == [changed]
    await said(house, "sofia", "DELETE", f"/review-rules/{rule['id']}", 204)
    assert await problem(house, "sofia", "PUT", f"/review-rules/{rule['id']}", share=0.5) == "not_found"
    assert len((await said(house, "maria", "GET", "/reviews"))["items"]) == 1
