"""`ringdesk demo`: a contact centre without a PBX. Our ordinary house against an embedded database of invented people, listening to a
replay of sessions that a real Asterisk recorded."""

import asyncio
import contextlib
import fcntl
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from zoneinfo import available_timezones

from pydantic import SecretStr

from ringdesk.agents.directory import Directory
from ringdesk.agents.rights import Principal, Role
from ringdesk.config.demo import closing, crew, quality, samples
from ringdesk.config.demo.pace import Pacer
from ringdesk.config.demo.past import Past
from ringdesk.config.demo.quality import Supervisor
from ringdesk.config.demo.recorded import Recorder, attach, model
from ringdesk.config.demo.traffic import Book, Traffic
from ringdesk.config.errors import Unavailable
from ringdesk.config.settings import Settings, fresh_secret, load
from ringdesk.config.site import Site, opened
from ringdesk.crm import customers
from ringdesk.crm.aftercall import AfterCall
from ringdesk.storage import migrate
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database
from ringdesk.telephony.replay import ReplayServer
from ringdesk.telephony.replay.pbx import Member
from ringdesk.telephony.store import CallStore

PBX = "demo"
SPOOL, STORE, INBOX = "spool", "recordings", "inbox"  # in the demo's folder
PORTS = 20  # tried, from the wanted one on, if nobody named one
HOUSE = Principal(user_id=0, name="Ringdesk", roles=frozenset({Role.MANAGER}))


@dataclass(frozen=True, slots=True)
class Options:
    """What a demo may be told. `seed` makes the people; what they do is different every time."""

    folder: Path = Path("var/demo")
    host: str = "127.0.0.1"
    port: int = 8080
    ports: int = PORTS
    keep: bool = False
    speed: float = 1.0
    customers: int = 360
    days: int = 28
    seed: int = 20260


@dataclass(frozen=True, slots=True)
class Demo:
    site: Site
    server: ReplayServer
    traffic: Traffic


class AlreadyPlayed(Unavailable):
    key = "demo_runs"
    text = "Another demo runs in {folder}: stop it, or name another --folder"


@contextlib.asynccontextmanager
async def running(options: Options) -> AsyncIterator[Demo]:
    """The whole demo; leaving stops everything it started. Raises `PortTaken`, `AlreadyPlayed`, OSError for a folder that cannot
    be written."""
    with _alone(options.folder):
        async with _running(options) as demo:
            yield demo


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two demos in one folder would pull the database out from under each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyPlayed(folder=folder) from None
        yield


@contextlib.asynccontextmanager
async def _running(options: Options) -> AsyncIterator[Demo]:
    database = options.folder / "ringdesk.db"
    fresh = not (options.keep and database.exists())
    if fresh:
        await asyncio.to_thread(_clear, options.folder, database)
    url = f"sqlite:///{database}"
    await asyncio.to_thread(migrate.upgrade, url)
    secret = fresh_secret()
    async with ReplayServer("demo", secret) as server:
        settings = settings_for(options, url, server.port, secret)
        ids, book = await furnish(settings, options, fresh=fresh)
        staff(server, options)
        async with opened(settings, port=options.port, tries=options.ports) as site:
            traffic = Traffic(site.house, server, ids, book, Random(), options.speed)  # noqa: S311 - no secret
            Recorder(site.house, options.folder.absolute() / SPOOL, traffic.rng).listen()
            tasks = [asyncio.create_task(traffic.run(), name="demo traffic")]
            if fresh:
                tasks.append(asyncio.create_task(Supervisor(site.house.db, ids).run(), name="demo supervisor"))
            try:
                yield Demo(site, server, traffic)
            finally:
                traffic.over = True
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


def _clear(folder: Path, database: Path) -> None:
    """What the last demo left: nothing else in the folder."""
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    for name in (SPOOL, STORE, INBOX):
        shutil.rmtree(folder / name, ignore_errors=True)


def settings_for(options: Options, url: str, ami_port: int, secret: str) -> Settings:
    """The demo's own, whatever this machine's settings say: a PBX that is set up here must not be called by a demo.

    Raises `BadSettings` for what is wrong in the rest of them."""
    folder = options.folder.absolute()
    spool = folder / SPOOL
    spool.mkdir(parents=True, exist_ok=True)
    return load(
        database_url=url,
        http_host=options.host,
        http_port=options.port or 8080,
        public_url=None,
        pbx=PBX,
        ami_host="127.0.0.1",
        ami_port=ami_port,
        ami_username="demo",
        ami_secret=SecretStr(secret),
        ami_tls=False,
        trunks=(),
        queue_log=None,
        redis_url=None,
        country=samples.HOME,
        timezone=local_zone(),
        recordings_spool=spool,
        recordings_store=str(folder / STORE),
        recordings_inbox=folder / INBOX,
        recordings_keys=(),
        recordings_keep_spool=False,
        vosk_model=str(model()),
        models_folder=folder / "models",
        workers=1,
        wrap_up_limit=15.0 / options.speed,
        short_abandon=5.0 / options.speed,
    )


async def furnish(settings: Settings, options: Options, *, fresh: bool) -> tuple[dict[str, int], Book]:
    """People, customers and their past; the same people every time, so that a kept house needs only to be remembered."""
    rng = Random(options.seed)  # noqa: S311 - invents people, no secret
    db = Database(settings.database_url)
    directory = Directory(db)
    try:
        if fresh:
            await crew.hire(db)
        await crew.clock_in(db)
        await directory.reload()
        ids = {account.name: account.id for account in directory.accounts.values()}
        agents = [ids[person.login] for person in crew.CREW if person.queues and person.login in ids]
        sales = next((team for account in directory.accounts.values() if account.name == "lucia" for team in account.team_ids), None)
        drafts = samples.customers(options.customers, rng, agents, sales)
        known, unknown = samples.callers(drafts, rng), samples.strangers(60, rng, drafts)
        if fresh:
            async with db.write() as session:
                for draft in drafts:
                    await customers.create(session, HOUSE, draft, settings.country)
                await closing.offer(session)
                await closing.there_since(session, now() - timedelta(days=options.days + 1))
            store = CallStore(db, settings.pbx, settings.country, directory.owner_of)
            after = AfterCall(db, settings.country, settings.short_abandon, lambda: None)
            past = Past(db, store, after, directory.owner_of, settings.country, settings.zone)
            await past.write(options.days, known, unknown, rng)
            async with db.write() as session:
                await quality.set_up(session, ids)
                await past.working.write(session, db.dialect, agents, options.days, now() - timedelta(minutes=2))
            await attach(db, settings, past.recorded)
        return ids, Book(known, unknown)
    finally:
        await db.close()


def staff(server: ReplayServer, options: Options) -> None:
    """The PBX's queues and phones."""
    for person in crew.CREW:
        phone = person.phone
        if phone is None:
            continue
        server.phones[phone.interface] = phone
        for queue in person.queues:
            server.pbx.add_member(Member(queue, phone.interface, phone.name, phone.interface, int(server.started_at)))
    server.numbers = {number: queue for queue, number in crew.QUEUES.items()}
    rng = Random()  # noqa: S311 - no secret
    server.pace = Pacer(rng, options.speed)
    server.dialled_goes = lambda _number: rng.choices(["click_to_dial_answered", "click_to_dial_customer_busy"], [6, 1])[0]


def local_zone() -> str:
    """This machine's time zone, where it says so."""
    name = Path("/etc/localtime").resolve().as_posix().partition("zoneinfo/")[2]
    return name if name in available_timezones() else "UTC"
