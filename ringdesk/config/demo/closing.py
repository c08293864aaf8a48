"""What the demo's calls were about: the list its agents choose from, and what they chose."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import TeamStay
from ringdesk.crm import dispositions
from ringdesk.crm.models import Disposition
from ringdesk.telephony import calls
from ringdesk.telephony.calls import EVERYTHING

# By queue, the most frequent first.
OFFERED = {
    "": ("Question answered", "Call back later", "Wrong number"),
    "support": ("Repair booked", "Warranty", "Complaint"),
    "sales": ("Offer sent", "Order placed", "No interest"),
    "billing": ("Invoice sent again", "Payment plan", "Refund"),
}
CLOSED = 0.8  # of the conversations


async def offer(session: AsyncSession) -> None:
    for queue, names in OFFERED.items():
        for position, name in enumerate(names):
            await dispositions.add(session, queue=queue, name=name, position=position, active=True)


async def there_since(session: AsyncSession, at: datetime) -> None:
    """Nobody has changed teams since then."""
    await session.execute(update(TeamStay).values(since=at))


async def close(session: AsyncSession, call_id: str, agent_id: int, offered: Sequence[Disposition], rng: Random) -> None:
    """The agent, who talked in the call, says what it was about."""
    record = await calls.get(session, EVERYTHING, call_id)
    queues = {talk.queue for talk in record.conversations if talk.agent_id == agent_id}
    fitting = [row for row in offered if row.queue in {"", *queues}]
    chosen = rng.choices(fitting, [1 / (row.position + 1) for row in fitting])[0]
    await dispositions.choose(session, record, agent_id, chosen.id)
