"""Scorecards and their versions: a changed definition is a new one, so that every score can be read as it was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.config.errors import NoSuch
from ringdesk.recordings.models import Recording, Scorecard, ScorecardVersion
from ringdesk.recordings.scoring.definition import Definition, WrapUpDone
from ringdesk.storage.base import now
from ringdesk.telephony.facts import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One version of a scorecard."""

    id: int
    version: int
    active: bool
    definition: Definition
    changed_at: datetime
    changed_by: int | None

    def applies(self, row: Recording, direction: Direction | None, language: str | None) -> bool:
        """Does it judge such a recording? `en` covers `en-gb`; a card for a language leaves out recordings of none."""
        wanted = self.definition
        if wanted.queues and row.queue not in wanted.queues:
            return False
        if wanted.directions and direction not in wanted.directions:
            return False
        if wanted.language is None:
            return True
        spoken = (language or "").casefold().replace("_", "-")
        return spoken == wanted.language or spoken.startswith(f"{wanted.language}-")

    @property
    def asks_for_wrap_up(self) -> bool:
        return any(isinstance(question.rule, WrapUpDone) for section in self.definition.sections for question in section.questions)


_CURRENT = select(Scorecard, ScorecardVersion).join(
    ScorecardVersion, and_(ScorecardVersion.scorecard_id == Scorecard.id, ScorecardVersion.version == Scorecard.version)
)


async def current(session: AsyncSession, *, only_active: bool = False, keep: bool = False) -> list[Card]:
    """Each scorecard as it is now. With `keep` they stay so until the transaction ends."""
    query = _CURRENT.order_by(Scorecard.id)
    if only_active:
        query = query.where(Scorecard.active)
    if keep:
        query = query.with_for_update(read=True, of=Scorecard)
    return [_card(card, version) for card, version in await session.execute(query)]


async def get(session: AsyncSession, scorecard_id: int) -> Card:
    """Raises `NoSuch`."""
    found = (await session.execute(_CURRENT.where(Scorecard.id == scorecard_id))).first()
    if found is None:
        raise NoSuch(what="scorecard", id=scorecard_id)
    return _card(*found)


async def versions(session: AsyncSession, scorecard_id: int) -> list[Card]:
    """All of them, newest first. Raises `NoSuch`."""
    query = (
        select(Scorecard, ScorecardVersion)
        .join(ScorecardVersion, ScorecardVersion.scorecard_id == Scorecard.id)
        .where(Scorecard.id == scorecard_id)
        .order_by(ScorecardVersion.version.desc())
    )
    found = [_card(card, version) for card, version in await session.execute(query)]
    if not found:
        raise NoSuch(what="scorecard", id=scorecard_id)
    return found


async def definitions(session: AsyncSession, wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Definition]:
    """The definitions of these (scorecard, version)s."""
    ids = {scorecard_id for scorecard_id, _ in wanted}
    rows = await session.scalars(select(ScorecardVersion).where(ScorecardVersion.scorecard_id.in_(ids)))
    keep = set(wanted)
    return {(r.scorecard_id, r.version): Definition.model_validate(r.definition) for r in rows if (r.scorecard_id, r.version) in keep}


async def add(session: AsyncSession, definition: Definition, *, active: bool, user_id: int | None) -> Card:
    """Its recordings of the last time are scored by it in the background."""
    card = Scorecard(version=0, active=active, created_at=now(), rescore_before=None)
    session.add(card)
    await session.flush()
    return await _new_version(session, card, definition, user_id)


async def change(session: AsyncSession, scorecard_id: int, definition: Definition, *, active: bool, user_id: int | None) -> Card:
    """A new version where the definition changed; the same one where only `active` did. Raises `NoSuch`."""
    card = await session.get(Scorecard, scorecard_id, with_for_update=True, populate_existing=True)
    if card is None:
        raise NoSuch(what="scorecard", id=scorecard_id)
    before = await get(session, scorecard_id)
    woken = active and not card.active
    card.active = active
    if definition != before.definition:
        return await _new_version(session, card, definition, user_id)
    if woken:
        card.rescore_before = now()
    await session.flush()
    return await get(session, scorecard_id)


async def _new_version(session: AsyncSession, card: Scorecard, definition: Definition, user_id: int | None) -> Card:
    card.version += 1
    if card.active:
        card.rescore_before = now()
    version = ScorecardVersion(
        scorecard_id=card.id,
        version=card.version,
        definition=definition.model_dump(mode="json"),
        created_by=user_id,
        created_at=now(),
    )
    session.add(version)
    await session.flush()
    return _card(card, version)


def _card(card: Scorecard, version: ScorecardVersion) -> Card:
    return Card(
        id=card.id,
        version=version.version,
        active=card.active,
        definition=Definition.model_validate(version.definition),
        changed_at=version.created_at,
        changed_by=version.created_by,
    )
