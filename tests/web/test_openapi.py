"""The OpenAPI document: valid, complete, and stable enough to build clients on."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from ringdesk.web import app, openapi  # noqa: F401 - registers every route
from ringdesk.web.routing import ANYBODY, PREFIX, ROUTES
from tests.house import Running

# Generated clients call these names: one may be added, none may change.
# fmt: off
OPERATIONS = {
    "list_calls", "active_calls", "dial", "get_call", "choose_customer", "save_call_note", "hang_up", "transfer", "cancel_transfer",
    "list_callbacks", "take_callback", "release_callback", "dismiss_callback",
    "list_customers", "add_customer", "list_duplicates", "get_customer", "replace_customer", "remove_customer", "merge_customer",
    "customer_timeline", "add_note", "change_note", "remove_note", "list_audit",
    "sign_in", "sign_out", "me", "change_password", "switch_presence", "end_wrap_up", "list_tokens", "make_token", "revoke_token",
    "list_users", "add_user", "get_user", "change_user", "set_user_password", "list_teams", "add_team", "change_team", "remove_team",
    "list_agents", "list_people", "agent_presence", "switch_agent", "list_queues", "get_link", "get_system", "get_openapi",
}
# fmt: on


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document(ROUTES)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    jsonschema_rs.validator_for(OPENAPI_31).validate(document)
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert len(found) > 30
    for reference in found:
        part = document
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]


def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        assert len(operation["summary"]) > 5, where
        assert operation["summary"].endswith((".", "?")), where
        assert operation["tags"], where
        declared = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
        assert declared == {part[1:-1] for part in path.split("/") if part.startswith("{")}, where
        assert any(status.startswith("2") for status in operation["responses"]), where
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], where


def test_names_of_operations_are_unique_and_stay(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert set(names) >= OPERATIONS


def test_what_needs_a_login_says_so(document: dict[str, Any]) -> None:
    public = {f"{route.method} {route.path}" for route in ROUTES if route.right is ANYBODY}
    assert public == {f"POST {PREFIX}/session", f"GET {PREFIX}/openapi.json", f"GET {PREFIX}/audio/{{link}}"}
    for method, path, operation in operations(document):
        without = operation.get("security", document["security"]) == []
        assert without == (f"{method} {path}" in public)
        assert without or {"401", "403"} <= operation["responses"].keys()


def test_it_is_the_same_every_time() -> None:
    assert json.dumps(openapi.document(ROUTES)) == json.dumps(openapi.document(ROUTES))


async def test_anybody_may_read_it(small_house: Running, document: dict[str, Any]) -> None:
    async with small_house.api().get("/api/v1/openapi.json") as answer:
        assert answer.status == 200
        assert await answer.json() == document
