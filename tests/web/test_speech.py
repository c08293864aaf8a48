"""What was said, by the API and live: for those who may hear it, whichever process listens."""

from typing import Any

import pytest

from ringdesk.storage.engine import Database
from tests.house import Running, running, settings_for
from tests.recordings.keeping.shelf import called, change, found
from tests.recordings.speech.hearing import HEARD, MODEL, found_call, policy, until, working
from tests.web.conftest import staff

API = "/api/v1"


async def get(house: Running, who: str, path: str) -> tuple[int, dict[str, Any]]:
    async with house.api(who).get(API + path) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize("workers", [0, 1])
async def test_progress_and_transcript_come_to_those_who_may_hear(database_url: str, workers: int) -> None:
    """Without workers of its own the house tells what a worker beside it does."""
    async with running(settings_for(database_url, workers=workers, vosk_model=str(MODEL))) as house:
        await staff(house)
        db = house.house.db
        anna, boris, sofia, stefan = [await house.desk(name) for name in ("anna", "boris", "sofia", "stefan")]
        await policy(db, mask_cards=False)
        recording = await found_call(db, "call1_refund", agents=(house.ids["anna"],), call_id=await called(db))
        if workers:
            await until(db, recording, *HEARD)
        else:
            other = Database(database_url)
            async with working(other, house.house.settings):
                await until(db, recording, *HEARD)
            await other.close()
        for desk in (anna, sofia):
            await desk.until("recording", lambda p: p["id"] == recording and p["state"] in HEARD)
        await house.settled()
        assert boris.all("recording") == stefan.all("recording") == []

        status, said = await get(house, "anna", f"/recordings/{recording}/transcript")
        assert status == 200
        assert (said["language"], said["model"]) == ("en-us", "the sample model")
        assert said["utterances"][0]["speaker"] == "agent"
        assert said["utterances"][0]["text"].startswith("good morning")
        for name, code in (("sofia", 200), ("maria", 200), ("boris", 404), ("stefan", 404)):
            assert (await get(house, name, f"/recordings/{recording}/transcript"))[0] == code


async def test_what_is_not_heard_yet_has_no_transcript(house: Running) -> None:
    recording = await found_call(house.house.db, "call1_refund", agents=(house.ids["anna"],), call_id=await called(house.house.db))
    status, said = await get(house, "anna", f"/recordings/{recording}/transcript")
    assert (status, str(said["type"]).rpartition(":")[2]) == (404, "no_transcript")
    assert (await get(house, "boris", f"/recordings/{recording}/transcript"))[1]["type"] != said["type"]


async def test_models_and_what_waits_for_them(database_url: str) -> None:
    async with running(settings_for(database_url, vosk_model=str(MODEL))) as house:
        await staff(house)
        db = house.house.db
        for state in ("stored", "no_model"):
            await change(db, await found(db, step="transcribe", state="stored"), lambda row, state=state: setattr(row, "state", state))
        status, told = await get(house, "anna", "/speech")
        assert status == 200
        assert (told["waiting"], told["no_model"], told["workers"]) == (2, 1, 0)
        assert told["models"] == [{"language": "en-us", "name": "the sample model", "path": str(MODEL), "size": told["models"][0]["size"]}]
        assert told["models"][0]["size"] > 500_000
