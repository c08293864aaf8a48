"""The house as handlers see it. `config.wiring` builds it."""

from collections.abc import Collection
from dataclasses import dataclass

from ringdesk.agents.directory import Directory
from ringdesk.agents.floor import Floor, NoPhone
from ringdesk.config.settings import Settings
from ringdesk.recordings import listing
from ringdesk.recordings.finding.finder import Finder
from ringdesk.recordings.finding.pausing import Pausing
from ringdesk.recordings.keeping.deleting import Left
from ringdesk.recordings.keeping.links import Links
from ringdesk.recordings.keeping.playing import Listens
from ringdesk.recordings.keeping.store import AudioStore
from ringdesk.recordings.models import Recording, ReviewState
from ringdesk.recordings.workshop import Workshop
from ringdesk.screenpop.matching import Matcher
from ringdesk.screenpop.pop import ScreenPop
from ringdesk.statistics.letters.postman import Postman
from ringdesk.storage.engine import Database
from ringdesk.telephony import numbers
from ringdesk.telephony.commands import Commands
from ringdesk.telephony.listener import Listener
from ringdesk.telephony.store import CallStore
from ringdesk.web.live import CallbacksChanged, RecordingChanged, ReviewChanged
from ringdesk.web.push import SocketPush


@dataclass(slots=True)
class Services:
    settings: Settings
    db: Database
    directory: Directory
    floor: Floor
    matcher: Matcher
    pop: ScreenPop
    store: CallStore
    listener: Listener
    commands: Commands
    push: SocketPush
    audio: AudioStore
    links: Links
    listens: Listens
    finder: Finder
    pausing: Pausing
    workshop: Workshop
    postman: Postman

    async def dial(self, user_id: int, to: str, name: str | None, customer_id: int | None) -> str:
        """Ring this user's phone and call `to`. The new call's id. Raises `NoPhone`, `NotANumber`, what commands raise."""
        interface = self.directory.interface_of(user_id)
        if interface is None:
            raise NoPhone
        number = numbers.parse_entered(to, self.settings.country)
        linkedid = await self.commands.dial(interface, number.key or "", name or "")
        call_id = f"{self.settings.pbx}-{linkedid}"
        if customer_id is not None and call_id in self.pop.popped:  # its first events were faster than the PBX's answer
            await self.pop.choose(call_id, customer_id)
        elif customer_id is not None:
            self.store.expect_customer(call_id, customer_id)
        return call_id

    def callbacks_changed(self) -> None:
        self.push.to_room("callbacks", "callbacks", CallbacksChanged())

    async def people_changed(self) -> None:
        """Accounts or teams changed: everybody who works with them sees it now, and who lost a right loses the open socket."""
        changed = await self.directory.reload()
        self.floor.people_changed()
        await self.push.principals_changed(changed)

    async def recording_changed(self, recording_id: int) -> None:
        """Who may hear it sees it as it is now; if something waits to be done with it, it is taken up."""
        self.workshop.worker.look()
        async with self.db.read() as session:
            row = await session.get(Recording, recording_id)
            agents = (await listing.around(session, [recording_id], listens=False))[recording_id].agents
        if row is not None:
            shown = RecordingChanged(id=row.id, call_id=row.call_id, state=listing.shown_state(row), progress=row.progress)
            self._push_recording(shown, agents, row.queue)

    def recording_deleted(self, left: Left) -> None:
        self._push_recording(RecordingChanged(id=left.id, call_id=left.call_id, state="deleted", progress=None), left.agents, left.queue)

    def review_changed(self, review_id: int, recording_id: int, state: ReviewState, agent_id: int | None, queue: str | None) -> None:
        change = ReviewChanged(id=review_id, recording_id=recording_id, state=state)
        self.push.to_involved([] if agent_id is None else [agent_id], [] if queue is None else [queue], "review", change)

    def _push_recording(self, change: RecordingChanged, agents: Collection[int], queue: str | None) -> None:
        self.push.to_involved(agents, [] if queue is None else [queue], "recording", change)
