"""While recordings are stored, listened to, masked and scored, the loop that answers browsers never blocks."""

from blockbuster import blockbuster_ctx

from ringdesk.storage.engine import Database
from tests.recordings.keeping.shelf import called
from tests.recordings.speech.hearing import found_call, settings_for_speech, until, working


async def test_nothing_blocks_the_loop_on_the_way_of_a_recording(db: Database) -> None:
    settings = settings_for_speech()
    recordings = [await found_call(db, call, call_id=await called(db)) for call in ("call1_refund", "call3_payment")]
    async with working(db, settings):
        with blockbuster_ctx("ringdesk"):
            for recording in recordings:
                row = await until(db, recording, "scored", "failed", "no_model")
                assert row.state == "scored", row.reason
