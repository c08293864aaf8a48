"""The PBX's state just now: CoreShowChannels and QueueStatus as one event for the tracker."""

from datetime import UTC, datetime, timedelta

from ringdesk.telephony.ami import AmiConnection, AmiMessage
from ringdesk.telephony.events import LiveChannel, LiveStateRead, Waiting
from ringdesk.telephony.parsing import channel, known, member, number


async def pbx_clock(connection: AmiConnection) -> datetime:
    """The PBX's time. A Pong always carries it, also where `timestampevents` is off."""
    return (await connection.action("Ping")).at


async def read(connection: AmiConnection) -> LiveStateRead:
    """Ask for everything. Raises what the connection raises."""
    at = await pbx_clock(connection)
    channels = [found for m in await connection.listing("CoreShowChannels") if (found := _channel(m, at)) is not None]
    items = await connection.listing("QueueStatus")
    return LiveStateRead(
        at=at,
        channels=tuple(channels),
        waiting=tuple(w for m in items if m.name == "QueueEntry" and (w := _waiting(m, at)) is not None),
        members=tuple(p for m in items if m.name == "QueueMember" and (p := member(m)) is not None),
        queues=tuple(m.get("Queue") for m in items if m.name == "QueueParams" and m.get("Queue")),
    )


def _channel(m: AmiMessage, at: datetime) -> LiveChannel | None:
    found = channel(m)
    if not found.uniqueid or not found.name:
        return None
    return LiveChannel(
        channel=found,
        bridge=m.get("BridgeId"),
        application=m.get("Application"),
        connected_number=known(m.get("ConnectedLineNum")),
        since=_birth(found.uniqueid, m.get("Duration"), at),
    )


def _birth(uniqueid: str, duration: str, at: datetime) -> datetime:
    """A Uniqueid is `[system-]epoch.serial`; one chosen by Originate is not, then the Duration `HH:MM:SS` has to do."""
    epoch = uniqueid.rpartition("-")[2].partition(".")[0]
    if epoch.isdigit() and len(epoch) == 10:
        return min(at, datetime.fromtimestamp(int(epoch), UTC))
    seconds = 0
    for part in duration.split(":"):
        seconds = seconds * 60 + number(part)
    return at - timedelta(seconds=min(seconds, 10_000_000))


def _waiting(m: AmiMessage, at: datetime) -> Waiting | None:
    if not m.get("Uniqueid") or not m.get("Queue"):
        return None
    return Waiting(
        queue=m.get("Queue"),
        channel=m.get("Channel"),
        uniqueid=m.get("Uniqueid"),
        position=number(m.get("Position")),
        since=at - timedelta(seconds=min(number(m.get("Wait")), 10_000_000)),
    )
