"""Who may do what: every operation with every role and with nobody. A route that is not in the table fails."""

import pytest

from ringdesk.agents.rights import Role
from ringdesk.web.app import make_app
from ringdesk.web.routing import PREFIX, ROUTES
from tests.house import Running

PEOPLE = {"agent": "anna", "supervisor": "sofia", "manager": "maria", "administrator": "adam", "pbx": "trunk"}
ALL = "agent supervisor manager administrator"
ANYONE = f"{ALL} pbx"  # who is signed in, without a right
DESK = "agent supervisor"
ABOVE = "supervisor manager administrator"
HOUSE = "manager administrator"
ADMINISTRATOR = "administrator"
PUBLIC = "public"

MAY = {
    "GET /calls": ALL,
    "GET /calls/active": ALL,
    "POST /calls": DESK,
    "GET /calls/{id}": ALL,
    "PUT /calls/{id}/customer": ALL,
    "PUT /calls/{id}/note": DESK,
    "GET /calls/{call_id}/disposition": ALL,
    "PUT /calls/{call_id}/disposition": DESK,
    "GET /dispositions": ALL,
    "POST /dispositions": HOUSE,
    "PUT /dispositions/{id}": HOUSE,
    "POST /calls/{id}/hang-up": DESK,
    "POST /calls/{id}/transfer": DESK,
    "POST /calls/{id}/transfer/cancel": DESK,
    "GET /callbacks": ALL,
    "POST /callbacks/{id}/take": ALL,
    "POST /callbacks/{id}/release": ALL,
    "POST /callbacks/{id}/dismiss": ALL,
    "GET /customers": ALL,
    "POST /customers": ALL,
    "GET /customers/duplicates": ABOVE,
    "GET /customers/{id}": ALL,
    "PUT /customers/{id}": ALL,
    "DELETE /customers/{id}": HOUSE,
    "POST /customers/{id}/merge": ABOVE,
    "GET /customers/{id}/timeline": ALL,
    "POST /customers/{id}/notes": ALL,
    "PUT /notes/{id}": ALL,
    "DELETE /notes/{id}": ALL,
    "GET /audit": HOUSE,
    "POST /session": PUBLIC,
    "DELETE /session": ANYONE,
    "GET /me": ANYONE,
    "PUT /me/password": ANYONE,
    "PUT /me/presence": DESK,
    "POST /me/wrap-up/end": DESK,
    "GET /tokens": ANYONE,
    "POST /tokens": ANYONE,
    "DELETE /tokens/{id}": ANYONE,
    "GET /users": ADMINISTRATOR,
    "POST /users": ADMINISTRATOR,
    "GET /users/{id}": ADMINISTRATOR,
    "PATCH /users/{id}": ADMINISTRATOR,
    "PUT /users/{id}/password": ADMINISTRATOR,
    "GET /teams": ALL,
    "POST /teams": ADMINISTRATOR,
    "PATCH /teams/{id}": ADMINISTRATOR,
    "DELETE /teams/{id}": ADMINISTRATOR,
    "GET /agents": ALL,
    "GET /people": ALL,
    "GET /agents/{id}/presence": ALL,
    "PUT /agents/{id}/presence": ABOVE,
    "GET /queues": ALL,
    "GET /link": ANYONE,
    "GET /system": ADMINISTRATOR,
    "GET /scorecards": ALL,
    "GET /scorecards/templates": ABOVE,
    "POST /scorecards": ABOVE,
    "POST /scorecards/try": ABOVE,
    "GET /scorecards/{id}": ALL,
    "PUT /scorecards/{id}": ABOVE,
    "GET /scorecards/{id}/versions": ALL,
    "GET /recordings/{id}/score": ALL,
    "GET /recordings/{id}/scores": ALL,
    "PUT /recordings/{id}/score": ABOVE,
    "GET /scores/summary": ALL,
    "GET /reviews": ALL,
    "POST /reviews": ABOVE,
    "POST /reviews/{id}/done": ABOVE,
    "POST /reviews/{id}/reply": ALL,
    "POST /reviews/{id}/close": ABOVE,
    "GET /review-rules": ABOVE,
    "POST /review-rules": ABOVE,
    "PUT /review-rules/{id}": ABOVE,
    "DELETE /review-rules/{id}": ABOVE,
    "GET /reviews/agreement": ABOVE,
    "POST /calls/{id}/recording": ALL,
    "GET /calls/{id}/recording": ALL,
    "POST /recordings": "administrator pbx",
    "GET /recordings": ALL,
    "GET /recordings/{id}": ALL,
    "DELETE /recordings/{id}": HOUSE,
    "PUT /recordings/{id}/hold": HOUSE,
    "POST /recordings/{id}/match": HOUSE,
    "POST /recordings/{id}/transcribe": ALL,
    "POST /recordings/{id}/comments": ALL,
    "DELETE /recordings/{id}/comments/{mark_id}": ALL,
    "GET /recordings/{id}/audio": ALL,
    "POST /recordings/{id}/link": ALL,
    "GET /recordings/{id}/peaks": ALL,
    "GET /audio/{link}": PUBLIC,
    "GET /customers/{id}/export": HOUSE,
    "GET /recording-policies": HOUSE,
    "POST /recording-policies": HOUSE,
    "PUT /recording-policies/{id}": HOUSE,
    "DELETE /recording-policies/{id}": HOUSE,
    "GET /transcripts/search": ALL,
    "GET /recordings/{id}/transcript": ALL,
    "GET /speech": ALL,
    "GET /topics": ALL,
    "POST /topics": ABOVE,
    "PUT /topics/{id}": ABOVE,
    "DELETE /topics/{id}": ABOVE,
    "GET /trends": ABOVE,
    "GET /staffing": ABOVE,
    "GET /staffing/forecast": ABOVE,
    "GET /staffing/erlang": ABOVE,
    "GET /shifts": ABOVE,
    "PUT /shifts": ABOVE,
    "GET /reports": ABOVE,
    "GET /reports/changes": ABOVE,
    "GET /reports/{report}": ABOVE,
    "GET /reports/{report}/calls": ABOVE,
    "GET /queue-targets": ABOVE,
    "PUT /queue-targets/{queue}": HOUSE,
    "DELETE /queue-targets/{queue}": HOUSE,
    "GET /own-reports": ABOVE,
    "POST /own-reports": ABOVE,
    "GET /own-reports/{id}": ABOVE,
    "PUT /own-reports/{id}": ABOVE,
    "DELETE /own-reports/{id}": ABOVE,
    "GET /own-reports/{id}/result": ABOVE,
    "GET /dashboards": ABOVE,
    "POST /dashboards": ABOVE,
    "PUT /dashboards/{id}": ABOVE,
    "DELETE /dashboards/{id}": ABOVE,
    "GET /report-schedules": ABOVE,
    "POST /own-reports/{id}/schedules": ABOVE,
    "PUT /report-schedules/{id}": ABOVE,
    "DELETE /report-schedules/{id}": ABOVE,
    "POST /report-schedules/{id}/send": ABOVE,
    "GET /openapi.json": PUBLIC,
}
BESIDE_THE_TABLE = {"/healthz", "/readyz", "/metrics", "/socket.io/", f"{PREFIX}/{{rest}}", "/{path}"}


def test_every_route_is_in_the_table() -> None:
    assert {f"{route.method} {route.path.removeprefix(PREFIX)}" for route in ROUTES} == MAY.keys()


async def test_nothing_is_served_beside_the_routes_and_the_public_pages(small_house: Running) -> None:
    app = make_app(small_house.house.services)
    assert {resource.canonical for resource in app.router.resources()} - {route.path for route in ROUTES} == BESIDE_THE_TABLE


@pytest.mark.parametrize("role", [*PEOPLE, None])
async def test_each_role_may_do_what_the_table_says(small_house: Running, role: str | None) -> None:
    """Requests about nothing that exists, with empty bodies: whoever may ask is told so, whoever may not is not even told that."""
    await small_house.add_user("trunk", Role.PBX)
    api = small_house.api(None if role is None else PEOPLE[role])
    wrong = []
    for operation, allowed in MAY.items():
        method, path = operation.split()
        address = PREFIX + path.format(id=987654, call_id=987654, mark_id=987654, link="nothing", report="queues", queue="nobody")
        async with api.request(method, address, json=None if method == "GET" else {}) as answer:
            problem = (await answer.json())["type"].rpartition(":")[2] if answer.status >= 400 else None
        if role is not None and role in allowed.split():
            right = answer.status < 500 and answer.status not in (401, 403)
        elif allowed == PUBLIC:
            right = answer.status in (200, 404, 422)
        else:
            right = (answer.status, problem) == ((401, "not_signed_in") if role is None else (403, "no_access"))
        if not right:
            wrong.append((operation, answer.status, problem))
    assert wrong == []


@pytest.mark.parametrize(("name", "expected"), [("adam", 200), ("maria", 403), ("anna", 403), (None, 401)])
async def test_metrics_are_for_administrators(small_house: Running, name: str | None, expected: int) -> None:
    async with small_house.api(name).get("/metrics") as answer:
        assert answer.status == expected
        assert ("ringdesk_sockets" in await answer.text()) == (expected == 200)


async def test_health_is_for_everybody_and_tells_nothing_else(small_house: Running) -> None:
    async with small_house.api().get("/healthz") as answer:
        assert await answer.json() == {"status": "ok"}
    async with small_house.api().get("/readyz") as answer:
        assert answer.status == 503
        assert (await answer.json()).keys() == {"status", "database", "pbx"}


async def test_several_roles_add_up(small_house: Running) -> None:
    await small_house.add_user("both", Role.AGENT, Role.ADMINISTRATOR, interface="PJSIP/1050")
    async with small_house.api("both").get("/api/v1/me") as answer:
        rights = set((await answer.json())["rights"])
    assert {"desk", "users.manage", "system.read"} <= rights
    await small_house.add_user("nothing")
    async with small_house.api("nothing").get("/api/v1/me") as answer:
        assert (await answer.json())["rights"] == []
    async with small_house.api("nothing").get("/api/v1/calls") as answer:
        assert answer.status == 403
