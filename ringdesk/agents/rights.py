"""Who may do what: roles give rights, teams bound what each right reaches."""

from dataclasses import dataclass, field
from enum import StrEnum

from ringdesk.config.errors import NoAccess
from ringdesk.telephony.calls import CallScope


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    PBX = "pbx"
    """Nobody: the PBX's own account, whose token lies on its machine."""


class Right(StrEnum):
    """One thing a handler may ask for. The names are stable: tokens and the browser client know them."""

    DESK = "desk"
    """Be an agent: have a presence, get cards, control one's own calls."""
    CALLS_READ = "calls.read"
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_WRITE = "customers.write"
    CUSTOMERS_MERGE = "customers.merge"
    CUSTOMERS_DELETE = "customers.delete"
    CALLBACKS = "callbacks"
    AGENTS_READ = "agents.read"
    """See who is there, to transfer a call."""
    FLOOR = "floor"
    """Watch and change the presence of the agents one supervises; their calls live."""
    USERS_MANAGE = "users.manage"
    AUDIT_READ = "audit.read"
    RECORDINGS_READ = "recordings.read"
    """Hear recordings and read transcripts and scores: agents their own conversations, supervisors their teams'."""
    RECORDINGS_DOWNLOAD = "recordings.download"
    RECORDINGS_ADD = "recordings.add"
    """Send recordings in: the PBX's own right, by a token."""
    RECORDINGS_MANAGE = "recordings.manage"
    """Delete, hold, attach to a call; how long they are kept and what is masked; hand out what is kept of a person."""
    QUALITY = "quality"
    """Review calls, answer questions of a scorecard, see trends."""
    SCORECARDS_MANAGE = "scorecards.manage"
    REPORTS = "reports"
    """Read statistics: supervisors of their teams, managers of the house."""
    REPORTS_MANAGE = "reports.manage"
    """What queues promise, dispositions to choose from."""
    SYSTEM_READ = "system.read"
    """State of the PBX link and of this installation."""


_AGENT = frozenset(
    {
        Right.DESK,
        Right.CALLS_READ,
        Right.CUSTOMERS_READ,
        Right.CUSTOMERS_WRITE,
        Right.CALLBACKS,
        Right.AGENTS_READ,
        Right.RECORDINGS_READ,
    }
)
_SUPERVISOR = _AGENT | {Right.FLOOR, Right.CUSTOMERS_MERGE, Right.QUALITY, Right.SCORECARDS_MANAGE, Right.REPORTS}
_MANAGER = frozenset(
    {
        Right.CALLS_READ,
        Right.CUSTOMERS_READ,
        Right.CUSTOMERS_WRITE,
        Right.CUSTOMERS_MERGE,
        Right.CUSTOMERS_DELETE,
        Right.CALLBACKS,
        Right.AGENTS_READ,
        Right.FLOOR,
        Right.AUDIT_READ,
        Right.RECORDINGS_READ,
        Right.RECORDINGS_DOWNLOAD,
        Right.RECORDINGS_MANAGE,
        Right.QUALITY,
        Right.SCORECARDS_MANAGE,
        Right.REPORTS,
        Right.REPORTS_MANAGE,
    }
)
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.MANAGER: _MANAGER,
    Role.ADMINISTRATOR: frozenset(Right) - {Right.DESK},
    Role.PBX: frozenset({Right.RECORDINGS_ADD}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks. Built anew for every request and every socket event, so that a right taken away is gone at once."""

    user_id: int
    name: str
    roles: frozenset[Role]
    teams: frozenset[int] = frozenset()
    colleagues: frozenset[int] = frozenset()
    """Users of the same teams; for a supervisor those supervised."""
    queues: frozenset[str] = frozenset()
    """Queues of the same teams."""
    rights: frozenset[Right] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rights", frozenset().union(*(RIGHTS[role] for role in self.roles)))

    def may(self, right: Right) -> bool:
        return right in self.rights

    def require(self, right: Right) -> None:
        """Raises `NoAccess`."""
        if right not in self.rights:
            raise NoAccess(right=right.value)

    @property
    def sees_all(self) -> bool:
        """Managers and administrators see the whole house; so does a supervisor in a house without teams for them."""
        if self.roles & {Role.MANAGER, Role.ADMINISTRATOR}:
            return True
        return Role.SUPERVISOR in self.roles and not self.teams

    def supervises(self, user_id: int) -> bool:
        return self.may(Right.FLOOR) and (self.sees_all or user_id in self.colleagues)

    @property
    def callback_queues(self) -> list[str] | None:
        """Whose missed callers: of the own teams' queues; None for everybody's, also for people without a team."""
        return None if self.sees_all or not self.queues else sorted(self.queues)

    @property
    def call_scope(self) -> CallScope:
        """Agents read the calls that reached their phone; supervisors those of their teams' people and queues."""
        if self.sees_all:
            return CallScope(everything=True)
        if Role.SUPERVISOR in self.roles:
            return CallScope(agents=self.colleagues | {self.user_id}, queues=self.queues)
        return CallScope(agents=frozenset({self.user_id}))
