"""This side: settings, database, folders, the web port."""

import asyncio
import os
import socket
from pathlib import Path

import aiohttp
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from ringdesk.agents.directory import Directory
from ringdesk.agents.rights import Role
from ringdesk.config.doctor.findings import Findings
from ringdesk.config.settings import FILE, PREFIX, Settings
from ringdesk.storage import migrate
from ringdesk.storage.engine import Database

PATIENCE = 3.0  # seconds for a web server on this machine to answer


def settings_file(found: Findings, settings: Settings) -> None:
    given = sorted(name for name in os.environ if name.upper().startswith(PREFIX))
    sources = [f"{FILE.resolve()}"] if FILE.is_file() else []
    sources += [f"{len(given)} of the environment ({', '.join(given)})"] if given else []
    found.ok("settings", f"The settings are right: {' and '.join(sources) or 'all of them defaults'}.")
    if not settings.ami_secret.get_secret_value():
        found.wrong(
            "settings",
            "There is no secret for the PBX.",
            f"Set {PREFIX}AMI_SECRET to the secret of the user {settings.ami_username} in the PBX's manager.conf; "
            "`ringdesk pbx config` makes both.",
        )


async def database(found: Findings, settings: Settings) -> Directory | None:
    """Is it there, with the tables of this version? The people in it, if so."""
    url = make_url(settings.database_url)
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not _usable_file(found, Path(url.database or "")):
        return None
    try:
        state = await asyncio.to_thread(migrate.state, settings.database_url)
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()
        found.wrong("database", f"{shown} cannot be reached: {reason[0] if reason else type(error).__name__}", _mend_database(url.database))
        return None
    found.ok("database", f"{shown} answers.")
    if not state.up_to_date:
        at = f"those of {state.current}" if state.current else "not there"
        found.wrong("migrations", f"The tables are {at}, this version needs {state.newest}.", "Stop Ringdesk, run `ringdesk migrate`.")
        return None
    found.ok("migrations", f"The tables are those of this version ({state.current}).")
    return await _people(found, settings)


def _usable_file(found: Findings, path: Path) -> bool:
    """Looking must not make an empty one."""
    if not path.is_file():
        found.wrong("database", f"There is no database {path} yet.", "Run `ringdesk migrate`; `ringdesk serve` does it too.")
        return False
    if not os.access(path, os.R_OK | os.W_OK) or not os.access(path.parent, os.W_OK):
        found.wrong("database", f"{path} or its folder cannot be written.", "Give both to the user whom Ringdesk runs as.")
        return False
    return True


async def _people(found: Findings, settings: Settings) -> Directory | None:
    db = Database(settings.database_url)
    directory = Directory(db)
    try:
        await directory.reload()
    except SQLAlchemyError as error:
        found.wrong("database", f"The accounts cannot be read: {error}", "See the log of the database.")
        return None
    finally:
        await db.close()
    active = [a for a in directory.accounts.values() if a.active and a.has_password]
    if not any(Role.ADMINISTRATOR in a.roles for a in active):
        found.warn("people", "No administrator can sign in.", "Run `ringdesk user add NAME --role administrator`.")
    else:
        found.ok("people", f"{len(active)} people can sign in.")
    return directory


def folders(found: Findings, settings: Settings, pbx_spool: str | None) -> None:
    """Where the PBX's recordings are found, and its queue_log if it can be read here."""
    spool = settings.recordings_spool
    writes = f" The PBX writes to {pbx_spool}/monitor." if pbx_spool else ""
    if spool is None:
        mend = f"Set {PREFIX}RECORDINGS_SPOOL to that folder as this machine sees it."
        found.warn("recordings", f"No folder of recordings is set, so none are taken in.{writes}", mend)
    elif not spool.is_dir():
        found.wrong("recordings", f"The folder of recordings {spool} is not there.{writes}", "Mount it, or mend the setting.")
    elif not os.access(spool, os.R_OK | os.X_OK):
        found.wrong("recordings", f"The folder of recordings {spool} may not be read.", "Add Ringdesk's user to the PBX's group.")
    else:
        found.ok("recordings", f"The folder of recordings {spool} can be read.")
    log = settings.queue_log
    if log is not None and not os.access(log, os.R_OK):
        found.wrong("queue_log", f"{log} cannot be read.", "Mend the setting, or let Ringdesk's user read it.")
    elif log is not None:
        found.ok("queue_log", f"{log} can be read: gaps after a lost link are filled from it.")


async def web_port(found: Findings, settings: Settings) -> None:
    """Free, or ours already."""
    host, port = settings.http_host, settings.http_port
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if await _ringdesk_answers(host, port):
            found.ok("web", f"Ringdesk runs: http://{host}:{port} answers.")
        else:
            mend = f"Stop what listens there, or set {PREFIX}HTTP_HOST and {PREFIX}HTTP_PORT."
            found.wrong("web", f"{host} port {port} cannot be listened on: {error.strerror}.", mend)
    else:
        found.ok("web", f"{host} port {port} is free for `ringdesk serve`.")


async def _ringdesk_answers(host: str, port: int) -> bool:
    at = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - read, not bound
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as client, client.get(f"http://{at}:{port}/readyz") as answer:
            body = await answer.json()
            return isinstance(body, dict) and "pbx" in body
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
        return False


def _mend_database(name: str | None) -> str:
    return f"Is the server running, is {PREFIX}DATABASE_URL right, does the database {name} exist, may the user connect?"
