"""The weeks before: calls as they would have been recorded, written by the ordinary way from AMI text to the database.

Every past call is a performance of a real recording at a time gone by: its text goes through the parser's events and the call tracker,
and the facts to the same writers that serve a live call.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random

from ringdesk.config.demo import closing
from ringdesk.config.demo.crew import CREW, QUEUES, Colleague
from ringdesk.config.demo.pace import Pacer
from ringdesk.config.demo.recorded import A_DAY as A_DAY_RECORDED
from ringdesk.config.demo.recorded import MOST, SINCE, TROUBLE, Recorded, Sample, samples
from ringdesk.config.demo.samples import HIDDEN, Caller
from ringdesk.config.demo.working import Working
from ringdesk.crm import dispositions, lookup, notes
from ringdesk.crm.aftercall import AfterCall
from ringdesk.recordings.said import weeks
from ringdesk.storage.engine import Database
from ringdesk.telephony import numbers
from ringdesk.telephony.ami import AmiMessage
from ringdesk.telephony.facts import AnyFact, Call, CallEnded, CallFact
from ringdesk.telephony.parsing import to_event
from ringdesk.telephony.replay import Recording, packaged
from ringdesk.telephony.replay.pbx import Pbx
from ringdesk.telephony.replay.performance import Performance, Serials
from ringdesk.telephony.replay.session import DELIBERATE, phases_of
from ringdesk.telephony.replay.text import Headers, value
from ringdesk.telephony.store import CallStore
from ringdesk.telephony.tracking import World, advance

OPENS, CLOSES = 8, 19  # o'clock
A_DAY = 26  # calls on a working day; a third of that on a Saturday, none on a Sunday
FLUSH = 40  # calls written in one transaction
WRAP_UP = 30.0  # seconds between two calls of one agent
FRESH = timedelta(days=4)  # who was missed before that is not called back any more
# How a call goes, out of a hundred.
KINDS = {
    "answered_agent_hangs_up": 26, "answered_customer_hangs_up": 22, "hold_resume": 8, "rna_then_next_agent": 7,
    "blind_transfer_to_agent": 5, "attended_transfer_completed": 4, "blind_transfer_to_queue": 3, "declined_then_next": 1,
    "abandoned_queued": 7, "abandoned_ringing": 3, "queue_timeout_no_agent": 2, "outgoing_answered": 6,
    "outgoing_customer_hangs_up": 2, "outgoing_no_answer": 3, "outgoing_busy": 1,
}  # fmt: skip
RECORDED = {"answered_agent_hangs_up": 1, "answered_customer_hangs_up": 1}  # one talk from its beginning to its end
WRITTEN = (
    "Order is on its way, gave them the tracking number.",
    "Wants an offer for six e-bikes by the end of the week.",
    "Brake squeals after the inspection. Booked for Thursday 10:00.",
    "Sent the invoice again, the old address was wrong.",
    "Asked for the opening hours over the holidays.",
    "Complaint about a scratched frame: photos come by e-mail, then 10 % off or a new frame.",
    "Changed the delivery date to next Tuesday.",
    "Battery: serial number checked, it is covered by the warranty.",
)


class Past:
    """Writes calls of `days` days up to now."""

    def __init__(
        self, db: Database, store: CallStore, after: AfterCall, user_of: Callable[[str], int | None], country: str, zone: tzinfo
    ) -> None:
        self.db = db
        self.store = store
        self.after = after
        self.user_of = user_of
        self.country = country
        self.zone = zone
        self.serials = Serials()
        self.working = Working(user_of, zone, Random(7))  # noqa: S311 - no secret
        self.recorded: list[Recorded] = []
        self._unclosed: list[Call] = []

    async def write(self, days: int, people: Sequence[Caller], unknown: Sequence[Caller], rng: Random) -> int:
        """How many calls it became. `recorded` are those that somebody recorded, oldest first."""
        busy: dict[str, float] = {}
        written = 0
        came = moments(days, datetime.now(self.zone), rng)
        sounds = _sounds(came, days, rng, self.zone)
        for index, at in enumerate(came):
            sample = sounds.get(index)
            kinds = KINDS if sample is None else RECORDED
            played = packaged_once(rng.choices(list(kinds), list(kinds.values()))[0])
            caller = who_calls(played, people, unknown, rng, self.country)
            facts = self._tracked(played, at.timestamp(), caller, busy, rng, sample)
            if facts:
                await self._keep(facts, rng)
                written += 1
            if facts and sample is not None:
                self.recorded.append(Recorded(facts[-1].call, sample))
            if written % FLUSH == 0:
                await self._flush(rng)
        await self._flush(rng)
        return written

    async def _flush(self, rng: Random) -> None:
        """Write the calls; those in which somebody talked are closed then, as a rule."""
        await self.store.flush()
        async with self.db.write() as session:
            offered = await dispositions.everything(session)
            for call in self._unclosed:
                for agent in {self.user_of(talk.interface) for talk in call.conversations} - {None}:
                    if agent is not None and rng.random() < closing.CLOSED:
                        await closing.close(session, call.id, agent, offered, rng)
        self._unclosed.clear()

    def _tracked(
        self, played: Recording, at: float, caller: Caller, busy: dict[str, float], rng: Random, sample: Sample | None
    ) -> list[CallFact]:
        """Play one call into a tracker of its own; nothing where nobody was there to take it. One that is recorded as `sample` is
        as long as that."""
        queue = rng.choice(list(QUEUES))
        free = [p for p in CREW if p.interface and p.queues and busy.get(p.interface, 0.0) < at]
        mine = [p for p in free if queue in p.queues]
        crew = rng.sample(mine, len(mine)) + rng.sample([p for p in free if p not in mine], len(free) - len(mine))
        if len(crew) < len(played.roles.phones) or (played.roles.phones and not mine):
            return []
        world = World(pbx=self.store.pbx, known_phone=lambda interface: self.user_of(interface) is not None)
        facts: list[AnyFact] = []
        pace = Pacer(rng, recording=played, talk=None if sample is None else sample.seconds)
        for message, when in performed(played, self.serials, at, caller, crew, queue, rng, pace):
            event = to_event(AmiMessage(value(message, "Event"), dict(message), datetime.fromtimestamp(when, UTC)))
            facts += [] if event is None else advance(world, event)
            for person in crew[: len(played.roles.phones)]:
                busy[person.interface or ""] = when + WRAP_UP
        return [fact for fact in facts if isinstance(fact, CallFact)]

    async def _keep(self, facts: list[CallFact], rng: Random) -> None:
        """Write a call, and what goes with it: whose it is, a note, the call-back list."""
        call = facts[-1].call
        key = numbers.parse(call.caller_number, self.country).key
        matches = [] if key is None else await lookup.by_number(self.db, key)
        customer_id = matches[0].id if len(matches) == 1 else None
        self._unclosed.append(call)
        self.working.had(call)
        for fact in facts:
            self.store.note(fact)
            if customer_id is not None and fact is facts[0]:
                self.store.suggest_customer(call, customer_id)
        if call.started_at > datetime.now(UTC) - FRESH:
            await self.after.settle(CallEnded(at=facts[-1].at, call=call))
        author = self.user_of(call.conversations[-1].interface) if call.conversations else None
        if customer_id is not None and author is not None and rng.random() < 0.3:
            async with self.db.write() as session:
                note = await notes.save_for_call(session, call.id, customer_id, author, rng.choice(WRITTEN))
                if note is not None:
                    note.created_at = note.updated_at = facts[-1].at


def moments(days: int, now: datetime, rng: Random) -> list[datetime]:
    """When the calls came: in opening hours, most before noon, the last one some minutes ago."""
    found: list[datetime] = []
    for back in range(days, -1, -1):
        day = (now - timedelta(days=back)).replace(hour=0, minute=0, second=0, microsecond=0)
        count = {5: A_DAY // 3, 6: 0}.get(day.weekday(), A_DAY)
        for _ in range(count):
            hour = rng.triangular(OPENS, CLOSES, 11)
            found.append(day + timedelta(hours=hour, seconds=rng.random()))
    return sorted(at for at in found if at < now - timedelta(minutes=10))


def _sounds(came: Sequence[datetime], days: int, rng: Random, zone: tzinfo) -> dict[int, Sample]:
    """Which of the calls are recorded, and how they sound: in turn, so that none is heard twice before all were; but in the last whole
    week every second one is of the same trouble."""
    recent = [index for index, at in enumerate(came) if at > came[-1] - timedelta(days=SINCE)] if came else []
    chosen = sorted(rng.sample(recent, min(len(recent), MOST, A_DAY_RECORDED * days)))
    sounds = [sample for sample in samples() if sample.name != TROUBLE]
    trouble = next(sample for sample in samples() if sample.name == TROUBLE)
    rng.shuffle(sounds)
    last_week = weeks.last(2, datetime.now(UTC), zone)[0]
    return {
        index: trouble if i % 2 and weeks.of(came[index], zone) == last_week else sounds[i % len(sounds)] for i, index in enumerate(chosen)
    }


def performed(
    played: Recording, serials: Serials, at: float, caller: Caller, crew: Sequence[Colleague], queue: str, rng: Random, pace: Pacer
) -> Iterator[tuple[Headers, float]]:
    """The messages of one call that began at `at`, and when each was said."""
    performance = Performance(played, serials, words=words(played, caller, queue, rng), names=names(played, caller))
    for recorded, person in zip(played.roles.phones, crew, strict=False):
        performance.cast_phone(recorded, (person.interface or "").rpartition("/")[2], person.name)
    pbx, phases = Pbx(), phases_of(played)
    when = at
    for index, line in enumerate(performance.lines):
        gap = line.at - performance.lines[index - 1].at if index else 0.0
        when += pace(phases[index], gap) if gap >= DELIBERATE else gap
        for message in pbx.say(performance.render(index, when), when):
            yield message, when


def words(played: Recording, caller: Caller, queue: str, rng: Random) -> dict[str, str]:
    """The cast of a recording but for its phones, who come in when they are needed."""
    roles = played.roles
    others = [name for name in QUEUES if name != queue]
    found = {roles.customer: caller.number, roles.did: QUEUES[queue]}
    found |= dict(zip(roles.queues, (queue, rng.choice(others)), strict=False))
    if len(roles.queues) > 1:
        found[roles.transferred_to] = QUEUES[found[roles.queues[1]]]
    return found


def names(played: Recording, caller: Caller) -> dict[str, str]:
    """`<unknown>` is what Asterisk writes where there is no name; where it dials out itself, the number stands in the name's place."""
    roles = played.roles
    if not roles.customer_name:
        return {roles.customer: caller.name or caller.number}
    return {roles.customer_name: caller.name or "<unknown>"}


def packaged_once(name: str) -> Recording:
    """A recording, read the first time it is played."""
    if name not in _READ:
        _READ[name] = packaged(name)
    return _READ[name]


_READ: dict[str, Recording] = {}


def who_calls(played: Recording, people: Sequence[Caller], unknown: Sequence[Caller], rng: Random, country: str) -> Caller:
    """Most are known, and the same ones call again and again. Who is called has a number, and it is dialled in E.164."""
    chance = rng.random()
    outgoing = not played.roles.did
    if chance < 0.05 and not outgoing:
        return HIDDEN
    if chance < 0.2 and unknown and not outgoing:
        return rng.choice(unknown)
    found = people[min(len(people) - 1, int(rng.expovariate(3 / len(people))))]
    return Caller(numbers.parse(found.number, country).e164 or found.number, found.name) if outgoing else found
