"""A queue whose callers are known one by one."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.models import PresenceInterval, Shift
from ringdesk.storage import quarters
from ringdesk.telephony.models import CallRow, ConversationRow, OfferRow, QueueVisitRow

TABLES = (CallRow, QueueVisitRow, OfferRow, ConversationRow, PresenceInterval, Shift)


class Centre:
    """Collects facts; `write` puts them into the tables with the marks of their quarters."""

    def __init__(self) -> None:
        self.rows: dict[type[Any], list[dict[str, Any]]] = {table: [] for table in TABLES}
        self.moments: list[datetime] = []

    def caller(
        self, at: datetime, queue: str = "support", *, waits: float = 10.0, outcome: str = "answered", talks: float = 120.0, agent: int = 1
    ) -> None:
        """One visit, and what an answered one brings with it."""
        call_id, left = f"pbx-{len(self.rows[CallRow])}.1", at + timedelta(seconds=waits)
        end = left + timedelta(seconds=talks if outcome == "answered" else 0)
        self.rows[CallRow].append(
            {"id": call_id, "pbx": "pbx", "linkedid": call_id[4:], "direction": "in", "started_at": at, "ended_at": end, "gap": False,
             "answered_at": left if outcome == "answered" else None, "outcome": "answered" if outcome == "answered" else "abandoned"}
        )  # fmt: skip
        self.rows[QueueVisitRow].append(
            {"call_id": call_id, "seq": 0, "queue": queue, "entered_at": at, "left_at": left, "outcome": outcome}
        )
        if outcome == "answered":
            of = {"call_id": call_id, "seq": 0, "queue": queue, "interface": f"PJSIP/100{agent}", "agent_id": agent}
            self.rows[OfferRow].append({**of, "visit_seq": 0, "rung_at": at, "ended_at": left, "outcome": "answered"})
            talk = {**of, "started_at": left, "ended_at": end, "hold_s": 0.0, "ended_by": "customer"}
            self.rows[ConversationRow].append(talk)
        self.moments += [at, left]

    def was(self, agent: int, state: str, begin: datetime, end: datetime | None) -> None:
        row = {"user_id": agent, "state": state, "reason": None, "call_id": None, "started_at": begin, "ended_at": end}
        self.rows[PresenceInterval].append(row)
        self.moments.append(begin)

    def planned(self, agent: int, begin: datetime, end: datetime, activity: str = "work") -> None:
        self.rows[Shift].append({"user_id": agent, "starts_at": begin, "ends_at": end, "activity": activity})
        self.moments.append(begin)

    async def write(self, session: AsyncSession, dialect: str) -> None:
        for table, rows in self.rows.items():
            if rows:
                await session.execute(insert(table), rows)
        await quarters.changed(session, dialect, self.moments)
