"""Calls, recordings and what was said in them, as the steps before leave them in the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ringdesk.recordings import states
from ringdesk.recordings.models import Recording, RecordingAgent, Transcript
from ringdesk.recordings.scoring import scorecards
from ringdesk.recordings.scoring.definition import Definition
from ringdesk.recordings.scoring.performing import Scoring
from ringdesk.recordings.transcript import Utterance
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.telephony.models import CallRow, ConversationRow, QueueVisitRow
from tests.recordings.keeping.shelf import go_on
from tests.recordings.scoring.speaking import agent, customer

WRAP_UP = 30.0
POLITE = (agent(1, "good morning my name is Emma how can i help"), customer(6, "it is not working"), agent(9, "i am sorry"))
RUDE = (agent(1, "what"), customer(3, "it is not working"), agent(6, "not my problem shut up"))


async def call(
    db: Database, id: str, *agents: int, ago: float = 3600.0, talk: float = 60.0, runs: bool = False, hold: float = 0.0, **more: Any
) -> datetime:
    """A call from the queue support, waited for 10 s, then `talk` seconds with each of `agents` in turn. When the first conversation
    began."""
    began = now() - timedelta(seconds=ago)
    answered = began + timedelta(seconds=10)
    ended = answered + timedelta(seconds=talk * len(agents))
    facts = {"pbx": "pbx", "linkedid": id, "direction": "in", "outcome": "answered", "gap": False, **more}
    async with db.write() as session:
        session.add(CallRow(id=id, started_at=began, answered_at=answered, ended_at=None if runs else ended, **facts))
        session.add(QueueVisitRow(call_id=id, seq=1, queue="support", entered_at=began, left_at=answered, outcome="answered"))
        for i, agent_id in enumerate(agents):
            since = answered + timedelta(seconds=talk * i)
            until = None if runs and agent_id == agents[-1] else since + timedelta(seconds=talk)
            session.add(
                ConversationRow(
                    call_id=id,
                    seq=i + 1,
                    queue="support",
                    interface=f"PJSIP/{agent_id}",
                    agent_id=agent_id,
                    started_at=since,
                    ended_at=until,
                    hold_s=hold,
                )
            )
    return answered


async def recording(
    db: Database,
    call_id: str | None,
    *agents: int,
    said: Sequence[Utterance] = POLITE,
    at: datetime | None = None,
    duration: float = 60.0,
    **more: Any,
) -> int:
    """A transcribed recording that waits to be scored."""
    moment = at or now() - timedelta(hours=1)
    async with db.write() as session:
        values = {
            "pbx": "pbx",
            "source": "spool",
            "key": f"{call_id} {moment.isoformat()} {id(said)} {len(more)}",
            "name": "call.wav",
            "parts": [],
            "queue": "support",
            "duration_s": duration,
            "channels": 2,
            "language": "en-us",
            "state": "transcribed",
            "step": "score",
            "changed_at": moment,
        }
        row = Recording(call_id=call_id, started_at=moment, **{**values, **more})
        session.add(row)
        await session.flush()
        session.add_all(RecordingAgent(recording_id=row.id, agent_id=agent_id) for agent_id in agents)
        words = [utterance.model_dump() for utterance in said]
        session.add(Transcript(recording_id=row.id, language="en-us", model="tiny", made_at=moment, utterances=words))
        return row.id


async def of_call(db: Database, id: str, *agents: int, said: Sequence[Utterance] = POLITE, **more: Any) -> int:
    """A call with these agents, and its recording from when the first of them answered."""
    talk = float(more.pop("talk", 60.0))
    at = await call(db, id, *agents, talk=talk, **{name: more.pop(name) for name in ("ago", "runs", "hold", "gap") if name in more})
    return await recording(db, id, *agents, said=said, at=at, duration=talk * len(agents), **more)


async def scorecard(db: Database, definition: Definition, *, active: bool = True) -> int:
    async with db.write() as session:
        return (await scorecards.add(session, definition, active=active, user_id=None)).id


async def scored(db: Database, limit: int = 100, wrap_up_limit: float = WRAP_UP) -> list[int]:
    """Do the step for all that wait now. Their ids, in the order they were taken up."""
    performer, done = Scoring(db, wrap_up_limit=wrap_up_limit), []
    for _ in range(limit):
        async with db.write() as session:
            row = await states.claim(session, "worker", ["score"])
        if row is None:
            break
        await performer.perform(row.id, "worker", go_on)
        done.append(row.id)
    return done


async def row_of(db: Database, recording_id: int) -> Recording:
    async with db.read() as session:
        row = await session.get(Recording, recording_id)
        assert row is not None
        return row
