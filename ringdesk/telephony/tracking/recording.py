"""Recordings of running calls: which channel is recorded to which file, and whose side of the conversation that channel is.

How MixMonitor tells it (Asterisk 22): the variable MIXMONITOR_FILENAME (empty where only legs are written), then MixMonitorStart; a stop is
an event only where somebody stops it, and does not say which of several recordings it was (it is the newest, or one named by its id);
a hang-up ends them all. Mute reaches every recording of the channel that runs at that moment, and none that starts later.
"""

from datetime import datetime

from ringdesk.telephony import events as e
from ringdesk.telephony.facts import RecordedSide, RecordingBegan, RecordingEnded, RecordingMuted
from ringdesk.telephony.tracking.world import Leg, Track, World

OTHER: dict[RecordedSide, RecordedSide] = {"customer": "agent", "agent": "customer"}


def monitor_named(world: World, event: e.MonitorNamed) -> None:
    if (leg := world.leg(event.channel, event.at)) is not None:
        leg.next_tape = event.path


def monitor_started(world: World, event: e.MonitorStarted) -> None:
    if (leg := world.leg(event.channel, event.at)) is None:
        return
    path, leg.next_tape = leg.next_tape, ""
    leg.tapes.append(path)
    world.tell(RecordingBegan(at=event.at, call=leg.call, channel=leg.uniqueid, name=leg.name, path=path, side=side_of(world, leg)))


def monitor_stopped(world: World, event: e.MonitorStopped) -> None:
    if (leg := world.leg(event.channel, event.at)) is None:
        return
    if len(leg.tapes) == 1:
        _end(world, leg, leg.tapes.pop(), event.at)
    else:
        world.anomalies["some_recording_stopped"] += 1  # which one shows when its file is closed


def monitor_muted(world: World, event: e.MonitorMuted) -> None:
    if event.direction == "both" and (leg := world.leg(event.channel, event.at)) is not None:
        world.tell(RecordingMuted(at=event.at, call=leg.call, channel=leg.uniqueid, muted=event.muted))


def end_tapes(world: World, leg: Leg, at: datetime) -> None:
    """The channel is about to go: what it was recorded to is finished."""
    while leg.tapes:
        _end(world, leg, leg.tapes.pop(), at)


def side_of(world: World, leg: Leg) -> RecordedSide:
    """Whose voice comes in over this channel. In an internal call who calls counts as the customer."""
    side = _side(world, leg, set())
    if side is None and leg.is_local:
        heard = _voice_at(world, leg, set())  # what this half hears is not what it says
        side = None if heard is None else OTHER[heard]
    return side or "customer"


def _end(world: World, leg: Leg, path: str, at: datetime) -> None:
    """The side once more: who is who may have shown after the recording began (an agent's phone that dialled out)."""
    world.tell(RecordingEnded(at=at, call=leg.call, channel=leg.uniqueid, name=leg.name, path=path, side=side_of(world, leg)))


def _side(world: World, leg: Leg, seen: set[str]) -> RecordedSide | None:
    if leg.is_local:
        other = world.legs.get(world.locals.get(leg.uniqueid, ""))
        # What a half of a Local channel says is what its other half hears.
        return None if other is None or other.uniqueid in seen else _voice_at(world, other, seen | {leg.uniqueid})
    track = world.track_of(leg)
    if leg.uniqueid == track.customer:
        return "customer"
    return "agent" if leg.is_agent or track.customer else "customer"


def _voice_at(world: World, half: Leg, seen: set[str]) -> RecordedSide | None:
    """Whom a half of a Local channel is connected with: over a bridge, by having been dialled, or by dialling."""
    track = world.track_of(half)
    seen = seen | {half.uniqueid}
    for other in _beside(world, track, half):
        if other.uniqueid not in seen and (side := _side(world, other, seen)) is not None:
            return side
    return None


def _beside(world: World, track: Track, half: Leg) -> list[Leg]:
    bridged = [world.legs[uniqueid] for uniqueid in sorted(world.bridges.get(half.bridge, ())) if uniqueid in world.legs]
    dialler = [world.legs[half.dialled_by]] if half.dialled_by in world.legs else []
    called = [leg for leg in track.legs.values() if leg.dialled_by == half.uniqueid]
    return [*bridged, *dialler, *called]
