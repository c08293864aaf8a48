"""Handlers say by their signature what they take and give; from that come validation, rights and the OpenAPI document.

    @route("GET", "/customers/{id}", right=Right.CUSTOMERS_READ)
    async def customer(ask: Ask, id: int) -> CustomerView: ...

A parameter named in the path is a path parameter; `query` and `body` are pydantic models. The result is a pydantic model, None for
204, or an aiohttp response. A route without a right must say `right=ANYBODY` or `right=SIGNED_IN`.
"""

import inspect
import json
import re
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import Any

from aiohttp import hdrs, web
from pydantic import BaseModel, TypeAdapter, ValidationError

from ringdesk.agents.rights import Principal, Right
from ringdesk.config.errors import Unauthenticated
from ringdesk.web import problems
from ringdesk.web.services import Services

PREFIX = "/api/v1"
PARAMETER = re.compile(r"{(\w+)}")


class Access(Enum):
    ANYBODY = "anybody"
    SIGNED_IN = "signed_in"


ANYBODY, SIGNED_IN = Access.ANYBODY, Access.SIGNED_IN


class NotSignedIn(Unauthenticated):
    key = "not_signed_in"
    text = "Sign in first"


@dataclass(slots=True)
class Ask:
    """One request: who asks, from where, and the house to answer with."""

    request: web.Request
    services: Services
    address: str
    principal: Principal = field(init=False)
    """Unset for routes that anybody may call."""
    login_key: str = ""
    csrf: str | None = None


Handler = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    handler: Handler
    right: Right | Access
    status: int
    tag: str
    path_types: dict[str, TypeAdapter[Any]]
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    result: Any
    also: tuple[int, ...]
    """Further statuses this route answers with, for the document."""
    content: str | None
    """The media type of an answer that is not JSON. It answers HEAD, too."""

    @property
    def name(self) -> str:
        return self.handler.__name__

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.handler) or "").partition("\n")[0]


ROUTES: list[Route] = []
DOCUMENT: web.AppKey[dict[str, Any]] = web.AppKey("openapi", dict)
"""The OpenAPI document, made once when the application is."""


def route(
    method: str,
    path: str,
    *,
    right: Right | Access,
    status: int = 200,
    also: tuple[int, ...] = (),
    result: type[BaseModel] | None = None,
    content: str | None = None,
) -> Callable[[Handler], Handler]:
    """Register a handler. The path is below `/api/v1`; `result` names the body of a handler that makes its own response, `content` the
    media type of one that is no JSON."""

    def register(handler: Handler) -> Handler:
        hints = typing.get_type_hints(handler, include_extras=True)
        returned = result or hints.pop("return")
        if returned is web.Response:
            returned = type(None)
        empty = returned is type(None) and content is None and status == HTTPStatus.OK
        names = PARAMETER.findall(path)
        ROUTES.append(
            Route(
                method=method,
                path=PREFIX + path,
                handler=handler,
                right=right,
                status=HTTPStatus.NO_CONTENT if empty else status,
                tag=path.split("/")[1],
                path_types={name: TypeAdapter(hints[name]) for name in names},
                query=hints.get("query"),
                body=hints.get("body"),
                result=returned,
                also=also,
                content=content,
            )
        )
        return handler

    return register


async def answer(found: Route, ask: Ask) -> web.StreamResponse:
    """Parse, call, serialise. The right was checked before."""
    arguments: dict[str, Any] = {}
    try:
        for name, adapter in found.path_types.items():
            arguments[name] = adapter.validate_python(ask.request.match_info[name])
    except ValidationError as error:
        return problems.from_validation(error, "path")
    if found.query is not None:
        try:
            arguments["query"] = found.query.model_validate(_query(ask.request))
        except ValidationError as error:
            return problems.from_validation(error, "query")
    if found.body is not None:
        sent = await _body(ask.request)
        if isinstance(sent, web.Response):
            return sent
        try:
            arguments["body"] = found.body.model_validate_json(sent, strict=True)
        except ValidationError as error:
            return problems.from_validation(error, "body")
    result = await found.handler(ask, **arguments)
    if isinstance(result, web.StreamResponse):
        return result
    if result is None:
        return web.Response(status=found.status)
    return web.Response(status=found.status, body=result.model_dump_json(by_alias=True).encode(), content_type="application/json")


def _query(request: web.Request) -> dict[str, Any]:
    """Query parameters; a repeated one is a list. An empty one counts as not given."""
    values: dict[str, Any] = {}
    for name in request.query:
        given = [value for value in request.query.getall(name) if value]
        if given:
            values[name] = given if len(given) > 1 else given[0]
    return values


async def _body(request: web.Request) -> bytes | web.Response:
    """The body as sent, which is JSON; or why it cannot be used."""
    if request.content_type != "application/json":
        detail = "Send the body as application/json"
        return problems.problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        return problems.problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Send the body uncompressed")
    sent = await request.read()
    try:
        json.loads(sent.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return problems.problem(HTTPStatus.BAD_REQUEST, "malformed_json", "The body is not JSON in UTF-8")
    return sent


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
