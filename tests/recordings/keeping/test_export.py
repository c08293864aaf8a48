"""A person's access request: everything of theirs in files that open, nothing of anybody else's."""

import io
import json
import zipfile
from typing import Any

from ringdesk.crm import customers, notes
from ringdesk.crm.drafts import CustomerDraft, NumberDraft
from ringdesk.recordings import marks
from ringdesk.recordings.models import Recording, Transcript
from ringdesk.storage.base import now
from tests.house import Running
from tests.recordings.keeping.shelf import called, change, found, kept
from tests.recordings.sound import decoded, heard

API = "/api/v1"


async def customer(house: Running, name: str) -> int:
    principal = house.house.directory.principals[house.ids["maria"]]
    async with house.house.db.write() as session:
        draft = CustomerDraft(name=name, numbers=[NumberDraft(number="+380501112233")])
        return await customers.create(session, principal, draft, "UA")


async def exported(house: Running, customer_id: int) -> dict[str, bytes]:
    async with house.api("maria").get(f"{API}/customers/{customer_id}/export") as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="customer-{customer_id}.zip"'
        packed = await answer.read()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def test_everything_of_one_person(house: Running) -> None:
    db, audio, settings = house.house.db, house.house.audio, house.house.settings
    anna, other = await customer(house, "Anna Petrenko"), await customer(house, "Somebody Else")
    calls = [await called(db, customer_id=anna), await called(db, customer_id=anna), await called(db, customer_id=other)]
    row = await kept(db, settings, audio, call_id=calls[0], agents=(house.ids["anna"],))
    withheld = await kept(db, settings, audio, call_id=calls[1])
    theirs = await kept(db, settings, audio, call_id=calls[2])
    await change(db, withheld.id, lambda row: setattr(row, "withheld", True))
    said = [{"speaker": "customer", "start": 0.1, "end": 0.9, "text": "hello", "words": []}]
    async with db.write() as session:
        session.add(Transcript(recording_id=row.id, language="en", model="m", made_at=now(), utterances=said))
        await marks.comment(session, await session.get_one(Recording, row.id), house.ids["sofia"], 1.0, "Listen to this")
        await notes.add(session, anna, house.ids["anna"], "Likes tea")
        await notes.save_for_call(session, calls[0], anna, house.ids["anna"], "Asked for a refund")
        await notes.add(session, other, house.ids["anna"], "Secret of another")
    files = await exported(house, anna)
    texts: dict[str, Any] = {name: json.loads(content) for name, content in files.items() if name.endswith(".json")}
    assert texts["customer.json"]["name"] == "Anna Petrenko"
    assert [(note["by"], note["text"]) for note in texts["notes.json"]] == [("Anna", "Likes tea")]
    assert [call["id"] for call in texts["calls.json"]] == calls[:2]
    assert [note["text"] for note in texts["calls.json"][0]["notes"]] == ["Asked for a refund"]
    folder = f"recordings/{row.started_at:%Y-%m-%d_%H-%M-%S}_{row.id}"
    assert texts[f"{folder}/transcript.json"] == said
    assert [(m["what"], m["by"], m["text"]) for m in texts[f"{folder}/timeline.json"]] == [("comment", "Sofia", "Listen to this")]
    assert heard(await decoded(files[f"{folder}/audio.ogg"], 2)) == [["agent"], ["customer"]]
    assert b"must be masked" in files[f"recordings/{withheld.started_at:%Y-%m-%d_%H-%M-%S}_{withheld.id}/missing.txt"]
    assert "2 calls, 2 recordings" in files["README.txt"].decode()
    everything = b"".join([*(name.encode() for name in files), *files.values()])
    assert b"Secret of another" not in everything
    assert f"_{theirs.id}/".encode() not in everything
    async with house.api("maria").get(f"{API}/audit", params={"customer_id": anna}) as answer:
        line = (await answer.json())["items"][0]
    assert (line["action"], line["user"], line["detail"]) == ("exported", "Maria", {"calls": 2, "recordings": [row.id, withheld.id]})


async def test_what_cannot_be_read_is_named_and_the_rest_is_there(house: Running) -> None:
    db, audio, settings = house.house.db, house.house.audio, house.house.settings
    anna = await customer(house, "Anna")
    row = await kept(db, settings, audio, call_id=await called(db, customer_id=anna))
    await found(db, call_id=await called(db, customer_id=anna), step=None)
    await audio.delete(row.audio_key or "")
    files = await exported(house, anna)
    missing = {name.split("/")[1].rpartition("_")[2]: content for name, content in files.items() if name.endswith("missing.txt")}
    assert b"not in the store any more" in missing[str(row.id)]
    assert len(missing) == 2


async def test_it_is_for_who_manages_recordings(house: Running) -> None:
    anna = await customer(house, "Anna")
    for who, expected in (("anna", 403), ("sofia", 403), ("maria", 200), ("adam", 200)):
        async with house.api(who).get(f"{API}/customers/{anna}/export") as answer:
            assert answer.status == expected
    async with house.api("maria").get(f"{API}/customers/987654/export") as answer:
        assert answer.status == 404
