"""How recordings of a queue or of a called number are treated. A number's policy wins over a queue's, a queue's over the general one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import Conflict, Invalid, NoSuch
from ringdesk.recordings.models import Policy, Recording
from ringdesk.storage.engine import insert_into
from ringdesk.telephony import calls


class PolicyThere(Conflict):
    key = "policy_there"
    text = "There is already a policy for this queue and number"


class GeneralPolicyStays(Conflict):
    key = "general_policy_stays"
    text = "The general policy stays: it holds for whatever has none of its own"


class BadPattern(Invalid):
    key = "bad_pattern"
    text = "{pattern} is not a regular expression: {why}"


@dataclass(frozen=True, slots=True)
class Policies:
    """All of them at once: there are few, and a pass over many recordings asks for each."""

    rows: tuple[Policy, ...]

    def of(self, queue: str | None, did: str | None) -> Policy:
        """The one that counts. A number is the same with and without `+` and spaces; a policy for both wants both."""
        fits = [row for row in self.rows if _fits(row, queue or "", did or "")]
        return max(fits, key=lambda row: (bool(row.did), bool(row.queue)), default=_general())


async def load(session: AsyncSession) -> Policies:
    return Policies(tuple((await session.scalars(select(Policy))).all()))


async def policy_for(session: AsyncSession, queue: str | None, did: str | None) -> Policy:
    return (await load(session)).of(queue, did)


async def of_recording(session: AsyncSession, row: Recording) -> Policy:
    return await policy_for(session, row.queue, await did_of(session, row))


async def did_of(session: AsyncSession, row: Recording) -> str | None:
    """The number called in the call that the row names: its own, also where that became part of another."""
    found = [] if row.call_id is None else await calls.many(session, [row.call_id])
    return found[0].call.did if found else None


def masks(policy: Policy) -> bool:
    """Is it to be heard by nobody before it was searched?"""
    return policy.withhold and (policy.mask_cards or bool(policy.mask_patterns))


async def everything(session: AsyncSession) -> Sequence[Policy]:
    """The general one first, which is made when it is first asked for."""
    general = insert_into(Policy, session.get_bind().dialect.name).values(_as_values(_general()))
    await session.execute(general.on_conflict_do_nothing(index_elements=[Policy.queue, Policy.did]))
    return (await session.scalars(select(Policy).order_by(Policy.queue, Policy.did))).all()


async def add(session: AsyncSession, **values: Any) -> Policy:
    """Raises `PolicyThere`, `BadPattern`."""
    _check(values["mask_patterns"])
    row = Policy(**values)
    session.add(row)
    await _flush(session)
    return row


async def change(session: AsyncSession, policy_id: int, **values: Any) -> Policy:
    """Raises `NoSuch`, `PolicyThere`, `GeneralPolicyStays`, `BadPattern`."""
    _check(values["mask_patterns"])
    row = await _row(session, policy_id)
    if _is_general(row) and (values["queue"] or values["did"]):
        raise GeneralPolicyStays
    for name, value in values.items():
        setattr(row, name, value)
    await _flush(session)
    return row


async def remove(session: AsyncSession, policy_id: int) -> Policy:
    """Raises `NoSuch`, `GeneralPolicyStays`."""
    row = await _row(session, policy_id)
    if _is_general(row):
        raise GeneralPolicyStays
    await session.delete(row)
    return row


def _general() -> Policy:
    """Everybody's, as long as nobody said otherwise."""
    return Policy(
        queue="",
        did="",
        language=None,
        keep_days=None,
        mask_cards=True,
        mask_patterns=[],
        withhold=True,
        announcement=None,
        opt_out_key=None,
    )


def _as_values(row: Policy) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in Policy.__table__.columns if column.key != "id"}


def _is_general(row: Policy) -> bool:
    return not row.queue and not row.did


def _fits(row: Policy, queue: str, did: str) -> bool:
    return (not row.queue or row.queue == queue) and (not row.did or _digits(row.did) == _digits(did))


def _digits(number: str) -> str:
    return re.sub(r"[^\w*#]", "", number)


def _check(patterns: Sequence[str]) -> None:
    for pattern in patterns:
        try:
            found = re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            raise BadPattern(pattern=pattern, why=str(error)) from error
        if found.match(""):
            raise BadPattern(pattern=pattern, why="it also matches nothing at all")


async def _row(session: AsyncSession, policy_id: int) -> Policy:
    row = await session.get(Policy, policy_id, with_for_update=True)
    if row is None:
        raise NoSuch(what="policy", id=policy_id)
    return row


async def _flush(session: AsyncSession) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        raise PolicyThere from error
