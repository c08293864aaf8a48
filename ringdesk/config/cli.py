"""The `ringdesk` command. Each sub-command is a thin door to a room; errors end with a sentence and a code, never a traceback."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from ringdesk import __version__
from ringdesk.agents import accounts, audit, logins
from ringdesk.agents.rights import Role
from ringdesk.config import log, settings
from ringdesk.config.commands import check, imports, play, work
from ringdesk.config.commands.models import models
from ringdesk.config.commands.recordings import recordings
from ringdesk.config.commands.stats import stats
from ringdesk.config.commands.terminal import err, fail, load, out
from ringdesk.config.errors import DomainError
from ringdesk.config.settings import BadSettings, Settings
from ringdesk.config.site import opened, stop_signal
from ringdesk.recordings.keeping import policies
from ringdesk.storage import migrate as migrations
from ringdesk.storage.engine import Database
from ringdesk.telephony import pbx_config

app = typer.Typer(name="ringdesk", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
user = typer.Typer(help="Accounts.", no_args_is_help=True)
pbx = typer.Typer(help="The PBX's side.", no_args_is_help=True)
app.add_typer(user, name="user")
imported = typer.Typer(help="Take in what another system kept.", no_args_is_help=True)
app.add_typer(pbx, name="pbx")
app.add_typer(imported, name="import")
app.add_typer(recordings, name="recordings")
app.add_typer(models, name="models")
app.add_typer(stats, name="stats")
app.command()(play.demo)
app.command()(play.replay)
app.command()(check.doctor)
app.command()(work.worker)
imported.command()(imports.customers)
imported.command()(imports.recordings)


def main() -> None:
    """Entry point: everything that a person can mend is said in a line."""
    try:
        app()
    except BadSettings as bad:
        err.print("[bold red]The settings are not right:[/]")
        for problem in bad.problems:
            err.print(f"  {problem}", markup=False)
        sys.exit(2)
    except DomainError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """The desk of a contact centre that runs on Asterisk."""
    if version:
        out.print(f"ringdesk {__version__}")
        raise typer.Exit


@app.command()
def serve(
    role: Annotated[
        Literal["all", "worker", "web", "telephony"],
        typer.Option(help="What this process does: `all`, or `worker`, which is `ringdesk worker`. web and telephony go together as yet."),
    ] = "all",
) -> None:
    """Run Ringdesk: API, pages, push and the link to the PBX. Starts with the PBX down, and says so."""
    found = load(logs=True)
    if role == "worker":
        asyncio.run(work.work(found, max(1, found.workers)))
        return
    if role != "all":
        fail(
            f"The role {role} cannot run alone yet: calls and cards are in one process. Run `ringdesk serve`, and `ringdesk worker` beside."
        )
    migrations.upgrade(found.database_url)
    asyncio.run(_serve(found, role))


@app.command()
def migrate() -> None:
    """Bring the database's tables to this version. `serve` does it too."""
    found = load()
    before = migrations.state(found.database_url).current
    migrations.upgrade(found.database_url)
    after = migrations.state(found.database_url).current
    out.print("The tables are up to date." if before == after else f"The tables went from {before or 'nothing'} to {after}.")


@user.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="Login name.")],
    role: Annotated[list[Role], typer.Option(help="May be given several times.")],
    interface: Annotated[str | None, typer.Option(help="The phone as the PBX names it, PJSIP/1001.")] = None,
    display_name: Annotated[str | None, typer.Option(help="Name for people; the login name if not given.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = False,
    token: Annotated[bool, typer.Option("--token", help="For a program: no password, and a token for the API is printed.")] = False,
) -> None:
    """Add an account. Without --password-stdin and --token a password is asked for."""
    found = load()
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = None if token else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    migrations.upgrade(found.database_url)
    user_id, secret = asyncio.run(_user_add(found, name, role, interface, display_name, password, token))
    out.print(f"Added user {user_id}: {name} ({', '.join(r.value for r in role)}){f' at {interface}' if interface else ''}.", markup=False)
    if secret is not None:
        out.print(f"Its token, shown this once: {secret}", markup=False, highlight=False, soft_wrap=True)


@pbx.command("config")
def pbx_config_command(
    permit: Annotated[list[str] | None, typer.Option(help="Addresses Ringdesk connects from; this machine if not given.")] = None,
    directory: Annotated[Path | None, typer.Option(help="Write the files there instead of printing them.")] = None,
    event_filters: Annotated[bool, typer.Option(help="Off for Asterisk older than 20.11, 21.6 and 22.1.")] = True,
) -> None:
    """Print what goes into the PBX's /etc/asterisk: the manager user with least rights, queues, recording, dialplan snippets.

    Announcements and the keys by which callers decline to be recorded are those of the recording policies."""
    found = load()
    secret = found.ami_secret.get_secret_value() or settings.fresh_secret()
    try:
        files = pbx_config.render(
            username=found.ami_username,
            secret=secret,
            host_permit=tuple(permit or ("127.0.0.1/255.255.255.255",)),
            event_filters=event_filters,
            announcements=_announcements(found),
            url=found.public_url or f"http://{found.http_host}:{found.http_port}",
        )
    except ValueError as error:
        fail(str(error))
    for name, text in files.items():
        if directory is None:
            out.print(f"{'#' if name.endswith('.sh') else ';'}==== {name} ====\n{text}", markup=False, highlight=False, soft_wrap=True)
        else:
            directory.mkdir(parents=True, exist_ok=True)
            (directory / name).write_text(text, encoding="utf-8")
    if not found.ami_secret.get_secret_value():
        err.print(f"The secret above is new. Tell Ringdesk: RINGDESK_AMI_SECRET={secret}", markup=False)
    if directory is not None:
        err.print(f"Wrote {len(files)} files to {directory}.", markup=False)


def _announcements(found: Settings) -> list[pbx_config.Announcement]:
    """What the recording policies of queues and numbers say; none without a database, which is not made for it."""
    file = make_url(found.database_url).database if found.database_url.startswith("sqlite") else None
    return asyncio.run(_announced(found)) if file is None or Path(file).is_file() else []


async def _announced(found: Settings) -> list[pbx_config.Announcement]:
    db = Database(found.database_url)
    try:
        async with db.read() as session:
            rows = (await policies.load(session)).rows
    except SQLAlchemyError as error:
        err.print(f"Without the announcements of the recording policies: {error.__cause__ or error}", markup=False)
        return []
    finally:
        await db.close()
    told = [pbx_config.Announcement(row.queue, row.announcement, row.opt_out_key or "", row.did) for row in rows if row.announcement]
    return sorted(told, key=lambda each: (not each.queue, each.queue, each.did))


async def _serve(found: Settings, role: str) -> None:
    logger = log.get("ringdesk")
    with stop_signal() as stop:
        async with opened(found) as site:
            logger.info("serving", role=role, url=site.url, database=site.house.db.dialect, version=__version__)
            await stop.wait()
            logger.info("stopping")


async def _user_add(
    found: Settings, name: str, roles: list[Role], interface: str | None, display_name: str | None, password: str | None, token: bool
) -> tuple[int, str | None]:
    """The account's id and its token, if it is to have one."""
    db = Database(found.database_url)
    try:
        async with db.write() as session:
            user_id = await accounts.add(session, name=name, roles=roles, interface=interface, display_name=display_name, password=password)
            audit.note(session, "user_added", "user", user_id, user_id=None, detail={"by": "command line"})
            return user_id, (await logins.make_token(session, user_id, "command line"))[1] if token else None
    finally:
        await db.close()
