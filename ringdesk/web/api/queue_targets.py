"""What queues promise."""

from typing import Annotated

from pydantic import BaseModel, Field

from ringdesk.agents.rights import Right
from ringdesk.statistics import targets
from ringdesk.statistics.catalogue import Scope
from ringdesk.statistics.models import QueueTarget
from ringdesk.statistics.rollups import ALL
from ringdesk.web.api.shapes import In, Line
from ringdesk.web.routing import Ask, route

QueueName = Annotated[Line, Field(min_length=1, max_length=128)]


class TargetView(BaseModel):
    queue: str
    """`*`: every queue without one of its own."""
    answer_within_s: float
    target: float
    short_abandon_s: float
    variant: str


class TargetList(BaseModel):
    items: list[TargetView]
    variants: list[str]
    queues: list[str]
    """Queues that have facts or are known to the PBX."""


class TargetForm(In):
    answer_within_s: Annotated[float, Field(gt=0, le=3600)]
    target: Annotated[float, Field(gt=0, le=1)]
    short_abandon_s: Annotated[float, Field(ge=0, le=600)]
    variant: targets.Variant


@route("GET", "/queue-targets", right=Right.REPORTS)
async def queue_targets(ask: Ask) -> TargetList:
    """What queues promise: threshold, target, and how abandons count."""
    scope = Scope.of(ask.principal)
    async with ask.services.db.read() as session:
        rows = await targets.everything(session)
        known = {*await targets.queues(session), *ask.services.floor.members}
    seen = known if scope.everything else known & scope.queues
    items = [_target(row) for row in rows if row.queue in {ALL, *seen}]
    return TargetList(items=items, variants=list(targets.VARIANTS), queues=sorted(seen))


@route("PUT", "/queue-targets/{queue}", right=Right.REPORTS_MANAGE)
async def set_queue_target(ask: Ask, queue: QueueName, body: TargetForm) -> TargetView:
    """Set a queue's; the past is counted by it, too, in the background."""
    target = targets.Target(**body.model_dump())
    async with ask.services.db.write() as session:
        row = await targets.put(session, queue, target, ask.services.settings.zone, user_id=ask.principal.user_id, address=ask.address)
        return _target(row)


@route("DELETE", "/queue-targets/{queue}", right=Right.REPORTS_MANAGE)
async def unset_queue_target(ask: Ask, queue: QueueName) -> None:
    """The queue goes by the house's target again."""
    async with ask.services.db.write() as session:
        await targets.remove(session, queue, ask.services.settings.zone, user_id=ask.principal.user_id, address=ask.address)


def _target(row: QueueTarget) -> TargetView:
    return TargetView.model_validate(row, from_attributes=True)
