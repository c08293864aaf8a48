"""Who was shown which customer, for the audit log: the card does not wait for it."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents import audit


class Shown(NamedTuple):
    user_id: int
    customer_id: int
    call_id: str


async def save(session: AsyncSession, shown: list[Shown]) -> None:
    for user_id, customer_id, call_id in dict.fromkeys(shown):
        audit.note(session, "card_shown", "customer", customer_id, user_id=user_id, detail={"call_id": call_id})
