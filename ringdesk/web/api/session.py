"""Signing in and out, and oneself: account, password, tokens, presence."""

from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from pydantic import BaseModel, StringConstraints

from ringdesk.agents import accounts, audit, logins
from ringdesk.agents.presence import Shown
from ringdesk.agents.rights import Right
from ringdesk.web.api.shapes import Id, In, Line
from ringdesk.web.push import COOKIE
from ringdesk.web.routing import ANYBODY, SIGNED_IN, Ask, NotSignedIn, route


class Credentials(In):
    username: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1024)]


class PresenceView(BaseModel):
    state: Literal["offline", "available", "ringing", "talking", "wrap_up", "paused"]
    reason: str | None
    since: datetime
    call_id: str | None
    until: datetime | None
    """When a wrap-up ends by itself."""


class Me(BaseModel):
    id: int
    username: str
    display_name: str
    roles: list[str]
    rights: list[str]
    interface: str | None
    teams: list[int]
    presence: PresenceView | None
    csrf: str | None
    """Goes back as X-CSRF-Token with every change; None for a token."""
    country: str
    timezone: str
    pause_reasons: list[str]


class NewPassword(In):
    current: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    new: Annotated[str, StringConstraints(min_length=1, max_length=1024)]


class PresenceSwitch(In):
    state: Literal["available", "paused", "offline"]
    reason: Annotated[Line, StringConstraints(max_length=64)] | None = None


class NewToken(In):
    label: Annotated[Line, StringConstraints(min_length=1, max_length=128)]


class TokenView(BaseModel):
    id: int
    label: str
    created_at: datetime
    used_at: datetime | None


class TokenMade(TokenView):
    token: str
    """Shown this once."""


class Tokens(BaseModel):
    items: list[TokenView]


@route("POST", "/session", right=ANYBODY, also=(401, 403, 429), result=Me)
async def sign_in(ask: Ask, body: Credentials) -> web.Response:
    """Sign in; sets the session's HttpOnly cookie."""
    services = ask.services
    login = await logins.log_in(services.db, body.username, body.password, ask.address)
    if login.user_id not in services.directory.principals:  # made by the command line a moment ago
        await services.people_changed()
    if (principal := services.directory.principals.get(login.user_id)) is None:  # deactivated in this very moment
        raise NotSignedIn
    if (left := ask.request.cookies.get(COOKIE)) is not None:  # nobody can end the login whose cookie is overwritten now
        async with services.db.write() as session:
            await logins.log_out(session, logins.digest(left))
        await services.push.end_login(logins.digest(left))
    ask.principal, ask.csrf = principal, login.csrf
    response = web.Response(body=me_view(ask).model_dump_json().encode(), content_type="application/json")
    response.set_cookie(
        COOKIE,
        login.cookie,  # until the browser is closed; a login ends `session_hours` after its last use, which the cookie cannot know
        path="/",
        httponly=True,
        samesite="Lax",
        secure=(services.settings.public_url or "").startswith("https://"),
    )
    return response


@route("DELETE", "/session", right=SIGNED_IN)
async def sign_out(ask: Ask) -> web.Response:
    """End this login and its sockets."""
    async with ask.services.db.write() as session:
        await logins.log_out(session, ask.login_key)
    await ask.services.push.end_login(ask.login_key)
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path="/")
    return response


@route("GET", "/me", right=SIGNED_IN)
async def me(ask: Ask) -> Me:
    """Who is signed in, with which rights."""
    return me_view(ask)


@route("PUT", "/me/password", right=SIGNED_IN, also=(429,))
async def change_password(ask: Ask, body: NewPassword) -> None:
    """Change one's password; every other login of the account ends."""
    account = ask.services.directory.accounts[ask.principal.user_id]
    user = await logins.check_password(ask.services.db, account.name, body.current, ask.address)
    async with ask.services.db.write() as session:
        await accounts.set_password(session, ask.principal.user_id, body.new, keep=ask.login_key)
        audit.note(session, "password_changed", "user", user.id, user_id=user.id, address=ask.address)
    await ask.services.push.check_logins()


@route("PUT", "/me/presence", right=Right.DESK)
async def switch_presence(ask: Ask, body: PresenceSwitch) -> PresenceView:
    """Turn one's switch: available, paused with a reason, or offline. Ends a wrap-up, and pauses or un-pauses in the PBX's queues."""
    return presence_view(await ask.services.floor.switch(ask.principal.user_id, body.state, body.reason))


@route("POST", "/me/wrap-up/end", right=Right.DESK)
async def end_wrap_up(ask: Ask) -> PresenceView:
    """Wrap-up is done: ready for the next call."""
    return presence_view(await ask.services.floor.end_wrap_up(ask.principal.user_id))


@route("GET", "/tokens", right=SIGNED_IN)
async def list_tokens(ask: Ask) -> Tokens:
    """One's own tokens."""
    async with ask.services.db.read() as session:
        rows = await logins.tokens_of(session, ask.principal.user_id)
    return Tokens(items=[TokenView(id=t.id, label=t.label, created_at=t.created_at, used_at=t.used_at) for t in rows])


@route("POST", "/tokens", right=SIGNED_IN, status=201)
async def make_token(ask: Ask, body: NewToken) -> TokenMade:
    """Make a token for a program; it has the rights of its owner."""
    async with ask.services.db.write() as session:
        row, secret = await logins.make_token(session, ask.principal.user_id, body.label)
        audit.note(session, "token_made", "user", ask.principal.user_id, user_id=ask.principal.user_id, detail={"token_id": row.id})
    return TokenMade(id=row.id, label=row.label, created_at=row.created_at, used_at=None, token=secret)


@route("DELETE", "/tokens/{id}", right=SIGNED_IN)
async def revoke_token(ask: Ask, id: Id) -> None:
    """End one of one's own tokens, and its sockets."""
    async with ask.services.db.write() as session:
        digest = await logins.revoke_token(session, ask.principal.user_id, id)
        audit.note(session, "token_revoked", "user", ask.principal.user_id, user_id=ask.principal.user_id, detail={"token_id": id})
    await ask.services.push.end_login(digest)


def presence_view(shown: Shown) -> PresenceView:
    return PresenceView(state=shown.state.value, reason=shown.reason, since=shown.since, call_id=shown.call_id, until=shown.until)


def me_view(ask: Ask) -> Me:
    principal = ask.principal
    account = ask.services.directory.accounts[principal.user_id]
    shown = ask.services.floor.shown(principal.user_id)
    settings = ask.services.settings
    return Me(
        id=principal.user_id,
        username=account.name,
        display_name=account.display_name,
        roles=sorted(role.value for role in principal.roles),
        rights=sorted(right.value for right in principal.rights),
        interface=account.interface,
        teams=sorted(principal.teams),
        presence=None if shown is None else presence_view(shown),
        csrf=ask.csrf,
        country=settings.country,
        timezone=settings.timezone,
        pause_reasons=list(settings.pause_reasons),
    )
