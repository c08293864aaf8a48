"""Two customers who are one."""

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from ringdesk.agents.rights import Principal
from ringdesk.config.errors import Invalid
from ringdesk.crm import customers, views
from ringdesk.crm.drafts import LONGEST_NOTES, MOST, CustomerDraft, NumberDraft, distinct
from ringdesk.crm.models import Callback, Customer, CustomerAddress, CustomerEmail, CustomerNumber, CustomerTag, Note
from ringdesk.crm.views import CustomerView, NumberView
from ringdesk.storage.base import now
from ringdesk.telephony import calls


class CannotMerge(Invalid):
    key = "cannot_merge"
    text = "A customer cannot be merged with itself"


class TooMuchToMerge(Invalid):
    key = "too_much_to_merge"
    text = "Together they have more than {most} {what}: nothing may get lost, so remove some first"


async def merge(session: AsyncSession, principal: Principal, keep_id: int, other_id: int, country: str) -> None:
    """Join two customers into `keep_id`: lists are united, empty fields filled, calls and notes moved.

    The other's row stays as a signpost, so that links to it still lead somewhere. Raises `CannotMerge`, `TooMuchToMerge`.
    """
    # Both in the order of their ids: two who merge the same pair the other way round do not wait for each other.
    held = {i: await customers.held(session, principal, i) for i in sorted({keep_id, other_id})}
    keep, other = held[keep_id], held[other_id]
    if keep.id == other.id:
        raise CannotMerge
    one, two = await views.of(session, [keep, other], country)
    external_id = keep.external_id or other.external_id
    other.external_id = None
    await session.flush()
    await customers.fill(session, principal, keep, _united(one, two, external_id), country)
    for table in (Note, Callback):
        await session.execute(update(table).where(table.customer_id == other.id).values(customer_id=keep.id))
    await calls.move_customer(session, other.id, keep.id)
    for part in (CustomerNumber, CustomerEmail, CustomerAddress, CustomerTag):
        await session.execute(delete(part).where(part.customer_id == other.id))
    await session.execute(update(Customer).where(Customer.merged_into == other.id).values(merged_into=keep.id))
    other.merged_into, other.search_text, other.updated_at = keep.id, "", now()


def _united(one: CustomerView, two: CustomerView, external_id: str | None) -> CustomerDraft:
    """What `one` is when `two` is a part of it. Whoever was hidden from others stays so. Raises `TooMuchToMerge`."""
    numbers_of_both = [NumberDraft(number=_spelled(n), kind=n.kind) for n in (*one.numbers, *two.numbers)]
    draft = CustomerDraft.model_construct(
        name=one.name,
        kind=one.kind,
        external_id=external_id,
        company=one.company or two.company,
        language=one.language or two.language,
        notes="\n\n".join(n for n in (one.notes, two.notes) if n) or None,
        owner_id=one.owner_id or two.owner_id,
        team_id=one.team_id or two.team_id,
        numbers=distinct(numbers_of_both, lambda n: n.number),
        emails=distinct([*one.emails, *two.emails], lambda e: e.email.lower()),
        addresses=distinct([*one.addresses, *two.addresses], lambda a: a.text),
        tags=sorted({*one.tags, *two.tags}),
    )
    for what in ("numbers", "emails", "addresses", "tags"):
        if len(getattr(draft, what)) > MOST:
            raise TooMuchToMerge(most=MOST, what=what)
    if len(draft.notes or "") > LONGEST_NOTES:
        raise TooMuchToMerge(most=LONGEST_NOTES, what="characters of notes")
    return draft


def _spelled(number: NumberView) -> str:
    return f"{number.number};ext={number.extension}" if number.extension else number.number
