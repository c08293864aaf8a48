"""Recorded AMI text through the real parser and tracker."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ringdesk.telephony import parsing
from ringdesk.telephony.ami import AmiMessage, parse_frame, to_message
from ringdesk.telephony.events import PbxEvent
from ringdesk.telephony.facts import AnyFact, Call, CallDropped, CallEnded, CallFact, CallsJoined
from ringdesk.telephony.tracking import World, advance

RECORDED = Path(__file__).parent / "recorded"
NAMES = sorted(path.stem for path in RECORDED.glob("*.ami"))


def messages(text: bytes) -> Iterator[AmiMessage]:
    for frame in text.split(b"\r\n\r\n"):
        message = parse_frame(frame)
        if message is not None and "Event" in message:
            yield to_message(message)


def recorded_events(name: str) -> list[PbxEvent]:
    text = (RECORDED / f"{name}.ami").read_bytes()
    return [event for message in messages(text) if (event := parsing.to_event(message)) is not None]


@dataclass
class Told:
    """What a listener would know after all facts."""

    calls: dict[str, Call] = field(default_factory=dict)
    facts: list[AnyFact] = field(default_factory=list)
    world: World = field(default_factory=lambda: World(pbx="pbx"))

    @property
    def ended(self) -> list[Call]:
        return [call for call in self.calls.values() if call.ended_at is not None]


def play(stream: list[PbxEvent], world: World | None = None) -> Told:
    told = Told(world=world or World(pbx="pbx"))
    begun: set[str] = set()
    for event in stream:
        for fact in advance(told.world, event):
            told.facts.append(fact)
            if not isinstance(fact, CallFact):
                continue
            call_id = fact.call.id
            if type(fact).__name__ == "CallBegan":
                begun.add(call_id)
                told.calls[call_id] = fact.call
            elif isinstance(fact, CallDropped):
                del told.calls[call_id]
            elif isinstance(fact, CallsJoined):
                told.calls.pop(fact.gone.id, None)
            elif isinstance(fact, CallEnded):
                assert call_id in begun, f"{call_id} ended without having begun"
    return told
