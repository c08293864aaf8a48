"""Errors as `application/problem+json` (RFC 9457), mapped once from what the rooms below raise."""

from http import HTTPStatus
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from ringdesk.config.errors import Conflict, DomainError, Forbidden, Gone, Invalid, NotFound, TooMany, Unauthenticated, Unavailable

STATUS: tuple[tuple[type[DomainError], HTTPStatus], ...] = (
    (Unauthenticated, HTTPStatus.UNAUTHORIZED),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Gone, HTTPStatus.GONE),
    (Conflict, HTTPStatus.CONFLICT),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (DomainError, HTTPStatus.BAD_REQUEST),
)


def problem(status: int, key: str, detail: str, **more: Any) -> web.Response:
    """A problem document. `type` is `urn:ringdesk:problem:<key>`, stable over versions; `detail` is for people."""
    body = {
        "type": f"urn:ringdesk:problem:{key}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        **more,
    }
    return web.json_response(body, status=status, content_type="application/problem+json")


def from_error(error: DomainError) -> web.Response:
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    facts = {k: v for k, v in error.facts.items() if isinstance(v, str | int | float | bool)}
    response = problem(status, error.key, str(error), facts=facts)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.facts.get("retry_after", 1))
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def from_validation(error: ValidationError, where: str) -> web.Response:
    """Each wrong field by its place in the request, without repeating what was sent."""
    errors = [
        {"in": where, "field": ".".join(str(part) for part in item["loc"]), "message": item["msg"]}
        for item in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", f"The {where} is not valid", errors=errors[:50])
