"""The OpenAPI 3.1 document, made from the routes, with the shapes of what goes over Socket.IO among its components.

`python -m ringdesk.web.openapi` writes it to `web/ui/openapi.json`, from which the browser client's types are made. That file is
committed, for a package is built where ringdesk's own libraries are not installed; a test holds it equal to the server's document.
"""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from ringdesk import __version__
from ringdesk.screenpop.cards import Card, CardClosed
from ringdesk.web.live import (
    CallbacksChanged,
    CallState,
    Notice,
    PresencePush,
    RecordingChanged,
    ReviewChanged,
    Snapshot,
    StatisticsChanged,
)
from ringdesk.web.routing import ANYBODY, ROUTES, Route

REF = "#/components/schemas/{model}"
FILE = Path(__file__).parent / "ui" / "openapi.json"
PUSHED: tuple[type[BaseModel], ...] = (
    Card,
    CardClosed,
    CallState,
    PresencePush,
    CallbacksChanged,
    RecordingChanged,
    ReviewChanged,
    StatisticsChanged,
    Notice,
    Snapshot,
)


class _Schema(GenerateJsonSchema):
    """An answer always holds every field, also those with a default."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


def document(routes: list[Route]) -> dict[str, Any]:
    """The whole document. Deterministic, so that clients can be generated from it and compared."""
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = []
    for route in routes:
        if route.body is not None:
            models.append((route.body, "validation"))
        if _is_model(route.result):
            models.append((route.result, "serialization"))
    models += [(model, "serialization") for model in PUSHED]
    refs, definitions = models_json_schema(models, ref_template=REF, schema_generator=_Schema)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        operation: dict[str, Any] = {
            "operationId": route.name,
            "tags": [route.tag],
            "summary": route.summary,
            "parameters": _parameters(route),
            "responses": _responses(route, refs),
        }
        if route.body is not None:
            operation["requestBody"] = {
                "required": True,
                "content": {"application/json": {"schema": refs[route.body, "validation"]}},
            }
        if route.right is ANYBODY:
            operation["security"] = []
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    schemas = definitions.get("$defs", {}) | {"Problem": PROBLEM}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ringdesk", "version": __version__, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "ringdesk_session"},
            },
        },
    }


PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `type` is stable, `detail` is for people.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "facts": {"type": "object"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"in": {"type": "string"}, "field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def _is_model(result: Any) -> bool:
    return isinstance(result, type) and issubclass(result, BaseModel)


def _parameters(route: Route) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": adapter.json_schema(ref_template=REF)}
        for name, adapter in route.path_types.items()
    ]
    if route.query is not None:
        schema = route.query.model_json_schema(ref_template=REF)
        required = schema.get("required", [])
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": part}
            for name, part in schema.get("properties", {}).items()
        ]
    return found


def _responses(route: Route, refs: Any) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    status = str(int(route.status))
    if _is_model(route.result):
        schema = refs[route.result, "serialization"]
        responses[status] = {"description": HTTPStatus(route.status).phrase, "content": {"application/json": {"schema": schema}}}
    else:
        responses[status] = {"description": HTTPStatus(route.status).phrase}
    if route.content is not None:
        binary = {route.content: {"schema": {"type": "string", "format": "binary"}}}
        for good in (route.status, *(code for code in route.also if code < HTTPStatus.BAD_REQUEST)):
            responses[str(int(good))] = {"description": HTTPStatus(good).phrase, "content": binary}
    statuses = {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.BAD_REQUEST, *route.also}
    if route.right is not ANYBODY:
        statuses |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    if route.path_types:
        statuses |= {HTTPStatus.NOT_FOUND}
    if route.body is not None:
        statuses |= {HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.CONFLICT}
    if route.method != "GET":
        statuses |= {HTTPStatus.CONFLICT}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for code in sorted(code for code in statuses if code >= HTTPStatus.BAD_REQUEST):
        responses[str(int(code))] = {"description": HTTPStatus(code).phrase, "content": problem}
    return responses


def text() -> str:
    """The document as it stands in `FILE`. The version is left out: a release must not make the file stale."""
    whole = document(ROUTES)
    whole["info"]["version"] = ""
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    import ringdesk.web.app  # noqa: F401 - registers every route

    FILE.write_text(text(), encoding="utf-8")
