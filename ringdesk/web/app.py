"""The aiohttp application: every request is authorised, parsed, answered and dressed in the same way."""

import asyncio
import functools
import hmac
import secrets
import uuid
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from ringdesk.agents import logins
from ringdesk.agents.rights import Right
from ringdesk.config import log
from ringdesk.config.errors import DomainError, Forbidden, Unavailable
from ringdesk.storage.base import clean
from ringdesk.storage.engine import AWAY
from ringdesk.web import openapi, problems
from ringdesk.web.api import (
    audio,
    callbacks,
    calls,
    customers,
    dispositions,
    own_reports,
    pausing,
    people,
    policies,
    presence,
    queue_targets,
    recordings,
    report_schedules,
    reports,
    reviews,
    scorecards,
    session,
    speech,
    staffing,
    system,
)
from ringdesk.web.metrics import exposition
from ringdesk.web.push import COOKIE
from ringdesk.web.routing import ANYBODY, DOCUMENT, PREFIX, ROUTES, Access, Ask, NotSignedIn, Route, answer
from ringdesk.web.services import Services

logger = log.get(__name__)

RESOURCES = (
    calls,
    callbacks,
    customers,
    people,
    presence,
    session,
    system,
    recordings,
    pausing,
    audio,
    speech,
    scorecards,
    reviews,
    policies,
    queue_targets,
    reports,
    own_reports,
    report_schedules,
    staffing,
    dispositions,
)  # importing them registers their routes
MAX_BODY = 1024 * 1024  # bytes; the longest honest body is a customer with fifty of everything
STATIC = Path(__file__).parent / "static"
SAFE = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})
NONCE = "__CSP_NONCE__"  # in index.html, replaced anew for every page
CSP_NONCE: web.RequestKey[str] = web.RequestKey("nonce", str)
LONGEST_NAME = 255  # bytes of a file's name on every file system there is
CSRF_HEADER = "X-CSRF-Token"
SERVICES: web.AppKey[Services] = web.AppKey("services", Services)

# OWASP Secure Headers Project.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


class NoDatabase(Unavailable):
    key = "database_unavailable"
    text = "The database cannot be reached just now: try again in a moment"


class WrongToken(Forbidden):
    key = "csrf"
    text = "This change did not come from Ringdesk's own page; reload it and try again"


def make_app(services: Services) -> web.Application:
    app = web.Application(client_max_size=MAX_BODY, middlewares=[_with_problems])
    app.on_response_prepare.append(_dress)
    app[SERVICES] = services
    app[DOCUMENT] = openapi.document(ROUTES)
    for found in ROUTES:
        methods = [found.method] if found.content is None else [found.method, hdrs.METH_HEAD]
        for method in methods:
            app.router.add_route(method, found.path, functools.partial(_serve, found))
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)
    app.router.add_get("/metrics", _metrics)
    services.push.server.attach(app)
    app.router.add_route("*", PREFIX + "/{rest:.*}", _no_such_resource)
    app.router.add_get("/{path:.*}", _page)
    return app


async def _serve(found: Route, request: web.Request) -> web.StreamResponse:
    ask = Ask(request=request, services=request.app[SERVICES], address=_address(request))
    if found.right is not ANYBODY:
        await _sign_in(ask)
        if not isinstance(found.right, Access):
            ask.principal.require(found.right)
    elif request.method not in SAFE:
        _same_origin(request)
    return await answer(found, ask)


async def _sign_in(ask: Ask) -> None:
    """Find out who asks. Raises `NotSignedIn`, `WrongToken`."""
    services, request = ask.services, ask.request
    kind, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    cookie = request.cookies.get(COOKIE)
    if kind.lower() == "bearer" and token:
        signed_in = await logins.by_token(services.db, token.strip())
    elif cookie:
        signed_in = await logins.by_cookie(services.db, cookie, timedelta(hours=services.settings.session_hours))
    else:
        signed_in = None
    if signed_in is None:
        raise NotSignedIn
    principal = services.directory.principals.get(signed_in.user_id)
    if principal is None:
        raise NotSignedIn
    if signed_in.csrf is not None and request.method not in SAFE:
        sent = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode("utf-8", "replace"), signed_in.csrf.encode()):
            raise WrongToken
    ask.principal, ask.csrf, ask.login_key = principal, signed_in.csrf, signed_in.key
    structlog.contextvars.bind_contextvars(user_id=principal.user_id)


def _same_origin(request: web.Request) -> None:
    """Signing in has no token yet: a browser says where the request comes from, and it must be here."""
    origin = request.headers.get(hdrs.ORIGIN)
    site = request.headers.get("Sec-Fetch-Site")
    public = request.app[SERVICES].settings.public_url
    hosts = {request.host, urlsplit(public).netloc if public else request.host}
    if (origin and _host(origin) not in hosts) or site == "cross-site":
        raise WrongToken


def _host(origin: str) -> str:
    """The host and port of an origin, empty for what is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _address(request: web.Request) -> str:
    """Who connects; behind our own proxy the one it names: the last of the last header, whatever stands before is anybody's word."""
    peer = request.remote or ""
    if peer in ("127.0.0.1", "::1") and request.app[SERVICES].settings.public_url:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", [])).rpartition(",")[2].strip()
        return clean(forwarded or peer)[:64]
    return peer[:64]


@web.middleware
async def _with_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    structlog.contextvars.clear_contextvars()
    try:
        return await handler(request)
    except DomainError as error:
        return problems.from_error(error)
    except web.HTTPException as error:
        if not request.path.startswith(PREFIX) or error.status < HTTPStatus.BAD_REQUEST:
            raise
        key = HTTPStatus(error.status).name.lower()
        response = problems.problem(error.status, key, error.reason)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except AWAY as error:
        logger.error("database_away", method=request.method, path=request.path, error=str(error.__cause__ or error))
        return problems.from_error(NoDatabase())
    except Exception:  # whatever it is: the asker gets an incident to name, the log has its trace
        incident = uuid.uuid4().hex[:12]
        logger.exception("request_failed", method=request.method, path=request.path, incident=incident)
        detail = "Something went wrong here; the log has more under this incident"
        return problems.problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail, incident=incident)


async def _dress(request: web.Request, response: web.StreamResponse) -> None:
    """Security headers on everything, caching on nothing but built files, and no word of what serves it."""
    response.headers.update(HEADERS)
    nonce = f" 'nonce-{request[CSP_NONCE]}'" if CSP_NONCE in request else ""
    response.headers["Content-Security-Policy"] = CSP.format(nonce=nonce)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.popall("Server", None)
    if (request.app[SERVICES].settings.public_url or "").startswith("https://"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"


async def _no_such_resource(request: web.Request) -> web.StreamResponse:
    """Nothing is at this address; or something that does not take this method."""
    here = [resource for resource in request.app.router.resources() if resource.canonical.startswith(PREFIX)]
    methods = set().union(*[(await resource.resolve(request))[1] for resource in here]) - {hdrs.METH_ANY}
    if methods:
        raise web.HTTPMethodNotAllowed(request.method, methods)
    raise web.HTTPNotFound(reason="There is no such resource")


async def _page(request: web.Request) -> web.StreamResponse:
    """Built files as they are; every other address is the single page's own business."""
    path = request.match_info["path"]
    if (file := await asyncio.to_thread(_built_file, path)) is not None:
        response = web.FileResponse(file)
        # Vite names assets by their content, so they never change.
        forever = path.startswith("assets/")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if forever else "public, max-age=3600"
        return response
    html = await asyncio.to_thread(_index)
    if path.startswith("assets/") or html is None:
        raise web.HTTPNotFound(text="The browser client is not built: run `make install`" if html is None else "Not found")
    nonce = request[CSP_NONCE] = secrets.token_urlsafe(16)
    return web.Response(text=html.replace(NONCE, nonce), content_type="text/html")


def _built_file(path: str) -> Path | None:
    """The file that the browser client was built with at this address, None where there is none."""
    if not path or "\0" in path or any(len(part.encode("utf-8", "replace")) > LONGEST_NAME for part in path.split("/")):
        return None
    wanted = (STATIC / path).resolve()
    inside = wanted.is_relative_to(STATIC.resolve()) and wanted.name != "index.html"
    return wanted if inside and wanted.is_file() else None


def _index() -> str | None:
    index = STATIC / "index.html"
    return index.read_text(encoding="utf-8") if index.is_file() else None


async def _healthz(_request: web.Request) -> web.Response:
    """The process lives."""
    return web.json_response({"status": "ok"})


async def _readyz(request: web.Request) -> web.Response:
    """Database and PBX are there. Without the PBX the desk still serves customers and history."""
    services = request.app[SERVICES]
    database = await services.db.answers()
    link = services.listener.link.status.value
    ready = database and link == "up"
    body = {"status": "ready" if ready else "not ready", "database": "up" if database else "down", "pbx": link}
    return web.json_response(body, status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)


async def _metrics(request: web.Request) -> web.Response:
    ask = Ask(request=request, services=request.app[SERVICES], address=_address(request))
    await _sign_in(ask)
    ask.principal.require(Right.SYSTEM_READ)
    body, content_type = exposition(ask.services)
    return web.Response(body=body, headers={"Content-Type": content_type})
