"""`ringdesk doctor` against the replay, against nothing, and against a real Asterisk that is set up wrongly in several ways."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ringdesk.agents import accounts
from ringdesk.agents.rights import Role
from ringdesk.config import cli, doctor
from ringdesk.config.doctor import Findings, speech
from ringdesk.config.settings import Settings
from ringdesk.storage import migrate
from ringdesk.storage.engine import Database
from ringdesk.telephony.replay import ReplayServer, packaged
from tests.house import PASSWORD, running, settings_for
from tests.pbx.asterisk import CONF, Asterisk
from tests.pbx.floor import Floor

SECRET = "a secret of the replay"


@pytest.fixture
async def server() -> AsyncIterator[ReplayServer]:
    async with ReplayServer("ringdesk", SECRET, speed=50) as server:
        server.learn(packaged("rna_then_next_agent"))
        yield server


@pytest.fixture
async def people(sqlite_url: str) -> str:
    """A database with an administrator who is an agent at PJSIP/1001 too."""
    db = Database(sqlite_url)
    async with db.write() as session:
        roles = [Role.AGENT, Role.ADMINISTRATOR]
        await accounts.add(session, name="olena", roles=roles, interface="PJSIP/1001", password=PASSWORD)
        await accounts.add(session, name="daryna", roles=[Role.AGENT], interface="PJSIP/1002", password=PASSWORD)
    await db.close()
    return sqlite_url


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings(url: str, port: int, spool: Path | None = None, **more: Any) -> Settings:
    ami = {"ami_port": port, "ami_username": more.pop("username", "ringdesk"), "ami_secret": more.pop("secret", SECRET)}
    return settings_for(url, ami, http_port=free_port(), recordings_spool=spool, **more)


def of(found: Findings, state: str) -> dict[str, str]:
    """Check → text of the findings in this state."""
    return {item.check: item.text for item in found.items if item.state == state}


async def test_a_healthy_house(people: str, server: ReplayServer, tmp_path: Path) -> None:
    found = await doctor.examine(settings=settings(people, server.port, tmp_path))
    assert not of(found, "wrong")
    assert found.healthy
    expected = {
        "settings", "database", "migrations", "people", "ami", "login", "rights", "clock", "events", "timestamps", "dialplan",
        "attended transfer", "queues", "phones", "recordings", "web",
    }  # fmt: skip
    assert of(found, "ok").keys() == expected
    assert of(found, "unknown").keys() == {"queue calls"}, "that needs a call"
    assert not server.pbx.lines, "the probe left nothing on the line"
    assert all(item.mend for item in found.items if item.state in ("wrong", "warning"))


async def test_it_listens_for_a_real_call(people: str, server: ReplayServer, tmp_path: Path) -> None:
    async def call() -> None:
        await server.somebody_listens.wait()
        await asyncio.sleep(0.3)
        server.play(packaged("answered_agent_hangs_up"))

    calling = asyncio.create_task(call())
    found = await doctor.examine(settings=settings(people, server.port, tmp_path), listen=1.5)
    await calling
    assert of(found, "ok")["queue calls"] == "A queue call came by with everything that belongs to it."


async def test_without_a_probe_nothing_is_caused(people: str, server: ReplayServer) -> None:
    said: list[str] = []
    server.say, server.tell = (lambda m: said.append(m[0][1])), (lambda m: said.append(m[0][1]))  # type: ignore[method-assign]
    found = await doctor.examine(settings=settings(people, server.port), probe=False)
    assert not said
    assert "was not tried" in of(found, "unknown")["events"]


async def test_people_and_phones_that_do_not_fit(people: str, server: ReplayServer) -> None:
    db = Database(people)
    async with db.write() as session:
        await accounts.add(session, name="nobody", roles=[Role.AGENT], password=PASSWORD)
        await accounts.add(session, name="ghost", roles=[Role.AGENT], interface="PJSIP/4711", password=PASSWORD)
    await db.close()
    server.learn(packaged("ringall"))
    found = await doctor.examine(settings=settings(people, server.port))
    assert of(found, "wrong")["phones"] == "The PBX does not know: PJSIP/4711."
    warnings = [item.text for item in found.items if item.state == "warning"]
    assert "Nobody's phone, but in a queue: PJSIP/1003, PJSIP/1004. Their calls pop no card." in warnings
    assert "Agents without a phone: nobody. They get no cards." in warnings
    assert any(text.startswith("Agents whose phone is in no queue:") and "ghost" in text for text in warnings)


async def test_a_wrong_secret(people: str, server: ReplayServer) -> None:
    found = await doctor.examine(settings=settings(people, server.port, secret="wrong"))
    assert of(found, "wrong") == {"login": "The PBX refused the login of ringdesk: Authentication failed."}


async def test_a_pbx_that_is_down_and_one_that_is_none(people: str) -> None:
    port = free_port()
    found = await doctor.examine(settings=settings(people, port))
    assert of(found, "wrong") == {"ami": f"The PBX's manager interface cannot be reached at 127.0.0.1 port {port}: Connection refused."}

    async def web_server(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(web_server, "127.0.0.1", 0) as other:
        found = await doctor.examine(settings=settings(people, other.sockets[0].getsockname()[1]))
    assert "is not Asterisk's manager interface" in of(found, "wrong")["ami"]


async def test_a_pbx_that_says_nothing(people: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringdesk.config.doctor.pbx.CONNECT_WITHIN", 0.2)
    hanging = asyncio.Event()

    async def mute(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hanging.wait()
        writer.close()

    async with await asyncio.start_server(mute, "127.0.0.1", 0) as other:
        found = await doctor.examine(settings=settings(people, other.sockets[0].getsockname()[1]))
        hanging.set()
    assert of(found, "wrong")["ami"].endswith("no answer.")


async def test_missing_database_and_migrations(server: ReplayServer, tmp_path: Path) -> None:
    absent = tmp_path / "nowhere" / "ringdesk.db"
    found = await doctor.examine(settings=settings(f"sqlite:///{absent}", server.port))
    assert "There is no database" in of(found, "wrong")["database"]
    assert not absent.parent.exists(), "looking made one"

    old = tmp_path / "old.db"
    await asyncio.to_thread(migrate.upgrade, f"sqlite:///{old}", "0001")
    found = await doctor.examine(settings=settings(f"sqlite:///{old}", server.port))
    assert of(found, "wrong")["migrations"].startswith("The tables are those of 0001, this version needs ")

    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database, but long enough to be read as one" * 40)
    found = await doctor.examine(settings=settings(f"sqlite:///{broken}", server.port))
    assert "file is not a database" in of(found, "wrong")["database"]


async def test_a_postgresql_that_is_not_there(server: ReplayServer) -> None:
    url = f"postgresql://ringdesk:geheim@127.0.0.1:{free_port()}/ringdesk"
    found = await doctor.examine(settings=settings(url, server.port))
    assert "cannot be reached" in of(found, "wrong")["database"]
    assert "geheim" not in json.dumps(found.as_json()), "a secret was said"


async def test_folders_and_the_web_port(people: str, server: ReplayServer, tmp_path: Path) -> None:
    found = await doctor.examine(settings=settings(people, server.port, tmp_path / "gone", queue_log=tmp_path / "queue_log"))
    assert "is not there" in of(found, "wrong")["recordings"]
    assert "cannot be read" in of(found, "wrong")["queue_log"]

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        there = settings(people, server.port).model_copy(update={"http_port": taken.getsockname()[1]})
        found = await doctor.examine(settings=there)
    assert "cannot be listened on: Address already in use" in of(found, "wrong")["web"]

    async with running(settings(people, server.port)) as house:
        port = int(house.url.rpartition(":")[2])
        found = await doctor.examine(settings=settings(people, server.port).model_copy(update={"http_port": port}))
    assert of(found, "ok")["web"] == f"Ringdesk runs: http://127.0.0.1:{port} answers."


async def test_clocks_apart(people: str, server: ReplayServer) -> None:
    server.now = lambda: time.time() + 17.0  # type: ignore[method-assign]
    found = await doctor.examine(settings=settings(people, server.port))
    assert of(found, "warning")["clock"].startswith("The PBX's clock is 17.0")
    assert "ahead of" in of(found, "warning")["clock"]


async def test_events_without_times(people: str, server: ReplayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    without = lambda m, _name, _text: [(key, text) for key, text in m if key != "Timestamp"]  # noqa: E731
    monkeypatch.setattr("ringdesk.telephony.replay.server.with_value", without)
    found = await doctor.examine(settings=settings(people, server.port))
    assert "without the PBX's time" in of(found, "wrong")["timestamps"]


def test_the_command(people: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 and plain words, or JSON; bad settings are findings too."""
    monkeypatch.setenv("RINGDESK_DATABASE_URL", people)
    monkeypatch.setenv("RINGDESK_AMI_PORT", str(free_port()))
    monkeypatch.setattr("sys.argv", ["ringdesk", "doctor", "--json"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = json.loads(capsys.readouterr().out)
    assert (ended.value.code, said["healthy"]) == (1, False)
    assert {item["check"] for item in said["findings"] if item["state"] == "wrong"} == {"settings", "ami"}

    monkeypatch.setenv("RINGDESK_AMI_PROT", "5038")
    monkeypatch.setattr("sys.argv", ["ringdesk", "doctor"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    words = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 1
    assert "did you mean RINGDESK_AMI_PORT?" in words
    assert "One thing is wrong." in words


# A real Asterisk --------------------------------------------------------------------------------------------------------------------

USERS = """
[deaf]
secret = secret123
permit = 127.0.0.1/255.255.255.255
read = system
write = originate,call,agent,reporting
[filtered]
secret = secret123
permit = 127.0.0.1/255.255.255.255
read = call,agent,dialplan,system
write = originate,call,agent,reporting
eventfilter(action(include),name(Newchannel)) =
eventfilter(action(include),name(Hangup)) =
[weak]
secret = secret123
permit = 127.0.0.1/255.255.255.255
read = call,agent,dialplan,system
write = call
"""


@contextmanager
def set_up_wrongly(like: Asterisk) -> Iterator[Asterisk]:
    """Users who may and hear too little, no feature codes, another name for our dialplan context, no times on events."""
    wrong = Asterisk(like.chroot)
    manager = (CONF / "manager.conf").read_text().replace("@AMI_PORT@", f"{wrong.ami_port}\ntimestampevents = no")
    wrong.extra = {
        "manager.conf": manager.replace("@TESTS_SECRET@", wrong.tests[1]) + USERS,
        "ringdesk-features.conf": "[general]\npickupexten = *8\n",
    }
    with wrong:
        yield wrong


async def test_our_own_configuration_is_right_on_a_real_asterisk(pbx: Floor, people: str, tmp_path: Path) -> None:
    username, secret = pbx.asterisk.ringdesk
    await pbx.phone("1001", answer_after=0.2)
    there = settings(people, pbx.asterisk.ami_port, tmp_path, username=username, secret=secret)
    examination = asyncio.create_task(doctor.examine(settings=there, listen=3.0))
    await asyncio.sleep(0.7)
    call = await pbx.incoming("+380441234567", queue="support", talk=1.8)
    await call.gone()
    found = await examination
    assert not of(found, "wrong")
    assert of(found, "ok")["queue calls"] == "A queue call came by with everything that belongs to it."
    assert of(found, "ok")["attended transfer"] == "Attended transfers work: the feature code is *2."
    assert "filter" not in of(found, "ok")
    assert not await pbx.ami.listed("CoreShowChannels")


async def test_what_is_wrong_on_a_real_asterisk_is_found(asterisk: Asterisk, people: str, tmp_path: Path) -> None:
    with set_up_wrongly(asterisk) as wrong:
        found = {
            name: await doctor.examine(settings=settings(people, wrong.ami_port, tmp_path, username=name, secret=secret))
            for name, secret in (wrong.ringdesk, wrong.tests, ("deaf", "secret123"), ("filtered", "secret123"), ("weak", "secret123"))
        }
        stranger = await doctor.examine(settings=settings(people, wrong.ami_port, username="ringdesk", secret="wrong"))
        lost = await doctor.examine(settings=settings(people, wrong.ami_port, secret=wrong.ringdesk[1], dial_context="from-nowhere"))
    assert of(stranger, "wrong").keys() == {"login"}
    assert of(found["ringdesk"], "wrong").keys() == {"attended transfer", "timestamps"}
    assert "command, config, system" in of(found["tests"], "warning")["rights"]
    assert "No event filter is set" in of(found["tests"], "ok")["filter"]
    deaf = [item.text for item in found["deaf"].items if item.check == "events" and item.state == "wrong"]
    assert len(deaf) == 3, "neither calls nor variables nor members"
    filtered = [item.text for item in found["filtered"].items if item.check == "events" and item.state == "wrong"]
    assert filtered[0] == "The user does not hear of calls: OriginateResponse did not come."
    assert len(filtered) == 3
    assert "CoreShowChannels" in of(found["weak"], "wrong")["rights"]
    assert "QueuePause" in of(found["weak"], "wrong")["rights"]
    assert "The dialplan context from-nowhere does not lead to" in of(lost, "wrong")["dialplan"]


@pytest.mark.parametrize(("named", "says"), [("de", "`ringdesk models fetch de`"), (None, "kept and played")])
async def test_a_model_that_is_named_and_not_there_withholds_and_is_fetched_by_a_command(named: str | None, says: str) -> None:
    found = Findings()
    await speech.models(found, Settings(database_url="sqlite:///unused", models_folder=Path("none"), vosk_model=named))
    (item,) = found.items
    assert says in item.text
    assert ("nobody hears" in item.text) == (named is not None)
