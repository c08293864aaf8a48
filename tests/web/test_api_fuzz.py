"""The API against its own document: whatever schemathesis makes of it, no 5xx, documented answers only, and wrong requests refused."""

import asyncio
import contextlib
import queue
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from ringdesk.agents import accounts, logins, teams
from ringdesk.agents.models import Token, User, UserRole
from ringdesk.agents.rights import Role
from ringdesk.storage.base import now
from ringdesk.web import app, openapi  # noqa: F401 - registers every route
from ringdesk.web.routing import ROUTES
from tests.house import Running, running, settings_for
from tests.incoming import abandoned, talked
from tests.recordings.scoring.keeping import of_call, scorecard, scored
from tests.recordings.scoring.speaking import card
from tests.telephony.scripted_pbx import ScriptedPbx

# Ids that no generator hits upon: a fuzzer that deactivates itself would test nothing from then on.
FUZZER = 1_234_567_891
SECRET = "rd_fuzzer"
ACTIONS = {"Login", "Ping", "CoreShowChannels", "QueueStatus", "QueuePause", "Getvar", "Originate", "Hangup", "Logoff"}
ASKED = re.compile(r"DIALPLAN_EXISTS\(ringdesk-dial,\+?[A-Za-z0-9*#_.-]+,1\)")
"""The one thing the PBX is asked for: Getvar takes any function of the dialplan, and some of those read files or run commands."""
# Another method at these addresses is a request for the customer "duplicates", the scorecard "try".
BESIDE_IDS = {f"/api/v1/{path}" for path in ("customers/duplicates", "scorecards/templates", "scorecards/try")}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
    unsupported_method,
]


async def prepared(house: Running) -> None:
    """An administrator with a phone, and something of everything with a small id."""
    async with house.house.db.write() as session:
        other = await accounts.add(session, name="other", roles=[Role.AGENT], interface="PJSIP/1002")
        await teams.add(session, "Team", [other], ["support"])
        fuzzer = User(id=FUZZER, name="fuzzer", display_name="Fuzzer", interface="PJSIP/1001", active=True, created_at=now())
        session.add(fuzzer)
        await session.flush()
        session.add_all(UserRole(user_id=FUZZER, role=role.value) for role in (Role.ADMINISTRATOR, Role.AGENT, Role.SUPERVISOR))
        session.add(Token(id=FUZZER, user_id=FUZZER, label="fuzzer", digest=logins.digest(SECRET), created_at=now()))
    house.tokens["fuzzer"] = SECRET
    await house.house.services.people_changed()
    api = house.api("fuzzer")
    for name in ("Anna", "Bohdan", "Olena"):
        body = {"name": name, "numbers": [{"number": "+380441234567"}], "tags": ["vip"], "emails": [{"email": "a@example.org"}]}
        async with api.post("/api/v1/customers", json=body) as answer:
            assert answer.status == 201
    async with api.post("/api/v1/customers/1/notes", json={"body": "A note"}) as answer:
        assert answer.status == 201
    await talked(house, "1001")
    await abandoned(house, "+380501112233")
    await scorecard(house.house.db, card({}, {"rule": {"kind": "says", "phrases": ["my name is"]}}))
    await of_call(house.house.db, "pbx-1", other)
    await scored(house.house.db)
    for path, sent in (("/reviews", {"recording_id": 1}), ("/review-rules", {"share": 0.5})):
        async with api.post(f"/api/v1{path}", json=sent) as answer:
            assert answer.status == 201


@contextlib.contextmanager
def serving(database_url: str) -> Iterator[str]:
    """A house with a PBX that does what it is told, in a thread of its own: schemathesis asks without asyncio."""
    ready: queue.Queue[str | BaseException] = queue.Queue()
    stop = threading.Event()

    async def serve() -> None:
        try:
            async with ScriptedPbx() as pbx, running(settings_for(database_url, vars_of(pbx))) as house:
                await house.linked()
                await prepared(house)
                ready.put(house.url)
                await asyncio.to_thread(stop.wait)
                assert set(pbx.names()) <= ACTIONS, "nothing was smuggled in"
                asked = [action["Variable"] for action in pbx.actions if action["Action"] == "Getvar"]
                assert [variable for variable in asked if not ASKED.fullmatch(variable)] == []
        except BaseException as error:
            ready.put(error)
            raise

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        answer = ready.get(timeout=30)
        if isinstance(answer, BaseException):
            raise answer
        yield answer
    finally:
        stop.set()
        thread.join(30)
    assert ready.empty(), ready.get()


def vars_of(pbx: ScriptedPbx) -> dict[str, object]:
    return {"ami_host": pbx.address.host, "ami_port": pbx.address.port, "ami_secret": pbx.secret}


@pytest.fixture(scope="module")
def on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("fuzz") / "ringdesk.db"
    shutil.copy(sqlite_template, path)
    with serving(f"sqlite:///{path}") as address:
        yield address


@pytest.fixture(scope="module")
def on_postgresql(postgres_cluster: str) -> Iterator[str]:
    with psycopg.connect(f"{postgres_cluster}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE fuzzed TEMPLATE template")
    with serving(f"{postgres_cluster}/fuzzed") as address:
        yield address


def schema(*, coverage: bool) -> Any:
    phases = {"examples": {"enabled": False}, "coverage": {"enabled": coverage}}
    config = schemathesis.Config.from_dict({"generation": {"mode": "all"}, "phases": phases})
    return schemathesis.openapi.from_dict(openapi.document(ROUTES), config=config)


def keeps_to_the_document(case: schemathesis.Case, address: str) -> None:
    headers = {"Authorization": f"Bearer {SECRET}"}
    answer = case.call(base_url=address, headers=headers)
    if answer.status_code == 400 and answer.headers["content-type"][0].startswith("text/plain"):
        return  # an address beyond what HTTP's parser takes
    spared = set()
    if case.path in BESIDE_IDS:
        spared.add(unsupported_method)
    if "" in (case.query or {}).values():  # an empty parameter counts as none
        spared.add(negative_data_rejection)
    case.validate_response(answer, checks=[check for check in CHECKS if check not in spared], headers=headers)


@schema(coverage=True).parametrize()
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_api_keeps_to_its_document_at_every_border(case: schemathesis.Case, on_postgresql: str) -> None:
    """Each bound of each field, below, at and above it; missing and surplus fields; other methods. PostgreSQL is strict about types."""
    keeps_to_the_document(case, on_postgresql)


@schema(coverage=False).parametrize()
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_api_keeps_to_its_document_at_random(case: schemathesis.Case, on_sqlite: str) -> None:
    keeps_to_the_document(case, on_sqlite)
