"""Which file is which side of the call: agent left, customer right."""

from collections.abc import Sequence
from dataclasses import dataclass

from ringdesk.recordings.audio.ffmpeg import BadAudio
from ringdesk.recordings.models import Role, Side

# Of one input: taken to one channel at the common rate, its clock counted by its samples, whatever its own headers say.
_ONE = "[{i}:a:0]aresample={rate},aformat=channel_layouts=mono,asetpts=N/SR/TB"
_LEFT, _RIGHT = "pan=stereo|c0=c0", "pan=stereo|c1=c0"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is made of which parts, by their place in the list."""

    mixed: int | None = None
    stereo: int | None = None
    swapped: bool = False
    """Of `stereo`: the customer is on the left."""
    agent: int | None = None
    customer: int | None = None

    @property
    def used(self) -> list[int]:
        """The parts that are read, in the order of ffmpeg's inputs."""
        return [i for i in (self.mixed, self.stereo, self.agent, self.customer) if i is not None]

    @property
    def channels(self) -> int:
        return 1 if self.mixed is not None else 2

    def graph(self, rate: int) -> str:
        """ffmpeg's filters from the used parts to `[kept]`. The shorter side is silent to the end of the longer one."""
        if self.mixed is not None:
            return _ONE.format(i=0, rate=rate) + "[kept]"
        if self.stereo is not None:
            order = "pan=stereo|c0=c1|c1=c0" if self.swapped else "anull"
            return f"[0:a:0]aresample={rate},aformat=channel_layouts=stereo,asetpts=N/SR/TB,{order}[kept]"
        places = [place for part, place in ((self.agent, _LEFT), (self.customer, _RIGHT)) if part is not None]
        sides = [f"{_ONE.format(i=i, rate=rate)},{place}[side{i}]" for i, place in enumerate(places)]
        together = "".join(f"[side{i}]" for i in range(len(places)))
        return ";".join([*sides, f"{together}amix=inputs={len(places)}:duration=longest:normalize=0[kept]"])


def plan(parts: Sequence[tuple[Role, int]], side: Side) -> Plan:
    """`parts` are roles with the number of channels that the file has; `side` says whose channel was recorded: what it said is `received`,
    on the left of a `stereo` file, what it heard is `transmitted`. Two sides are better than a mix. Raises `BadAudio`."""
    by_role = {role: i for i, (role, _) in reversed(list(enumerate(parts)))}
    stereo = by_role.get("stereo")
    if stereo is not None and parts[stereo][1] == 2:
        return Plan(stereo=stereo, swapped=side == "customer")
    received, transmitted = by_role.get("received"), by_role.get("transmitted")
    if received is not None or transmitted is not None:
        return Plan(agent=transmitted, customer=received) if side == "customer" else Plan(agent=received, customer=transmitted)
    mixed = by_role.get("mixed", stereo)
    if mixed is None:
        raise BadAudio(why="There is no audio in it")
    return Plan(mixed=mixed)
