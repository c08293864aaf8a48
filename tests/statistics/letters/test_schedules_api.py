"""Schedules as the browser meets them, from the form to the letter in the mailbox."""

import asyncio
from typing import Any

import pytest

from ringdesk.agents import accounts, teams
from ringdesk.agents.rights import Role
from tests.house import Running, running, settings_for
from tests.statistics.letters.server import Mailbox, listening

REPORT = {"name": "Mine", "definition": {"report": "queues", "measures": ["offered", "service_level"], "dimensions": ["queue"]}}
FORM: dict[str, Any] = {"every": "weekday", "at": "08:00", "recipients": ["boss@example.com"], "format": "csv"}
MAIL = {"smtp_host": "127.0.0.1", "smtp_tls": "none", "timezone": "Europe/Kyiv"}


async def staff(house: Running) -> None:
    sofia = await house.add_user("sofia", Role.SUPERVISOR, display_name="Sofia")
    async with house.house.db.write() as session:
        await teams.add(session, "Support", [sofia], ["support"])
    await house.add_user("maria", Role.MANAGER, display_name="Maria")
    await house.add_user("anna", Role.AGENT)


async def ask(house: Running, who: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    async with house.api(who).request(method, f"/api/v1{path}", json=body) as answer:
        return answer.status, await answer.json() if answer.content_type.endswith("json") else None


async def report_of(house: Running, who: str) -> int:
    status, made = await ask(house, who, "POST", "/own-reports", REPORT)
    assert status == 201, made
    return int(made["id"])


async def test_from_the_form_to_the_mailbox(database_url: str) -> None:
    async with listening(Mailbox()) as box, running(settings_for(database_url, smtp_port=box.port, **MAIL)) as house:
        await staff(house)
        report_id = await report_of(house, "sofia")
        status, made = await ask(house, "sofia", "POST", f"/own-reports/{report_id}/schedules", FORM)
        assert status == 201
        assert made["owner"] == {"id": house.ids["sofia"], "name": "Sofia"}
        assert made["next_at"] is not None
        status, found = await ask(house, "sofia", "GET", "/report-schedules")
        assert found == {"items": [made], "can_send": True}
        status, _ = await ask(house, "sofia", "POST", f"/report-schedules/{made['id']}/send")
        assert status == 202
        async with asyncio.timeout(30):
            while not box.letters:
                await asyncio.sleep(0.05)
            while (sent := (await ask(house, "sofia", "GET", "/report-schedules"))[1]["items"][0])["sent_at"] is None:
                await asyncio.sleep(0.05)
        assert sent["error"] is None
        ((to, message),) = box.letters
        assert to == ["boss@example.com"]
        assert str(message["Subject"]).startswith("Mine: ")
        assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html", "image/png", "text/csv"}
        changed = {
            **FORM,
            "every": "month",
            "day": 31,
            "recipients": ["a@example.com", "a@example.com", "b@bücher.example"],
            "active": False,
        }
        status, made = await ask(house, "sofia", "PUT", f"/report-schedules/{made['id']}", changed)
        assert (status, made["recipients"], made["next_at"]) == (200, ["a@example.com", "b@xn--bcher-kva.example"], None)
        assert (await ask(house, "sofia", "DELETE", f"/report-schedules/{made['id']}"))[0] == 204
        assert (await ask(house, "sofia", "GET", "/report-schedules"))[1]["items"] == []


async def test_whose_they_are(database_url: str) -> None:
    async with running(settings_for(database_url)) as house:
        await staff(house)
        boris = await house.add_user("boris", Role.SUPERVISOR, display_name="Boris")
        report_id = await report_of(house, "sofia")
        _, made = await ask(house, "sofia", "POST", f"/own-reports/{report_id}/schedules", FORM)
        path = f"/report-schedules/{made['id']}"
        assert (await ask(house, "boris", "POST", f"/own-reports/{report_id}/schedules", FORM))[0] == 404
        assert (await ask(house, "anna", "GET", "/report-schedules"))[0] == 403
        for method, body in (("PUT", FORM), ("DELETE", None)):
            assert (await ask(house, "boris", method, path, body))[0] == 404
        assert (await ask(house, "boris", "GET", "/report-schedules"))[1]["items"] == []
        assert [item["id"] for item in (await ask(house, "maria", "GET", "/report-schedules"))[1]["items"]] == [made["id"]]
        _, changed = await ask(house, "maria", "PUT", path, {**FORM, "at": "09:00"})
        assert changed["owner"]["name"] == "Sofia"  # with whose rights it is made stays
        async with house.house.db.write() as session:
            await accounts.change(session, house.ids["sofia"], active=False)
        await house.house.services.people_changed()
        assert (await ask(house, "maria", "GET", "/report-schedules"))[1]["items"][0]["owner"] is None
        _, changed = await ask(house, "maria", "PUT", path, FORM)
        assert changed["owner"]["name"] == "Maria"
        assert boris
        assert (await ask(house, "maria", "DELETE", f"/own-reports/{report_id}"))[0] == 204
        assert (await ask(house, "maria", "GET", "/report-schedules"))[1]["items"] == []


@pytest.mark.parametrize(
    ("change", "status", "problem"),
    [
        ({"recipients": ["a@example.com\r\nBcc: b@example.com"]}, 422, None),
        ({"recipients": ["a\x00@example.com"]}, 422, "bad_address"),
        ({"recipients": ["a@-example.com"]}, 422, "bad_address"),
        ({"recipients": []}, 422, None),
        ({"every": "week"}, 422, "bad_schedule"),
        ({"every": "month"}, 422, "bad_schedule"),
        ({"every": "month", "day": 32}, 422, None),
        ({"at": "24:00"}, 422, None),
        ({"format": "png"}, 422, None),
    ],
)
async def test_what_cannot_be_meant(sqlite_url: str, change: dict[str, Any], status: int, problem: str | None) -> None:
    async with running(settings_for(sqlite_url)) as house:
        await staff(house)
        report_id = await report_of(house, "maria")
        found, said = await ask(house, "maria", "POST", f"/own-reports/{report_id}/schedules", {**FORM, **change})
        assert found == status, said
        if problem is not None:
            assert said["type"].endswith(problem)


async def test_without_a_mail_server_nothing_is_sent_and_it_is_said(sqlite_url: str) -> None:
    async with running(settings_for(sqlite_url)) as house:
        await staff(house)
        report_id = await report_of(house, "maria")
        _, made = await ask(house, "maria", "POST", f"/own-reports/{report_id}/schedules", FORM)
        assert (await ask(house, "maria", "GET", "/report-schedules"))[1]["can_send"] is False
        status, said = await ask(house, "maria", "POST", f"/report-schedules/{made['id']}/send")
        assert (status, said["type"].rpartition(":")[2]) == (409, "no_mail_server")
