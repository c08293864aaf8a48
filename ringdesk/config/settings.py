"""All settings, typed. `RINGDESK_*` in the environment wins over `ringdesk.toml` in the working directory."""

import difflib
import os
import re
import secrets
from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from cryptography.fernet import Fernet
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "RINGDESK_"
FILE = Path("ringdesk.toml")

Port = Annotated[int, Field(ge=1, le=65535)]


class BadSettings(Exception):
    """One line a wrong setting: its name as written, and what would be right."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def _country(code: str) -> str:
    if code.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("must be a two-letter ISO 3166 country code such as UA, DE or US")
    return code.upper()


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("must be an IANA time zone such as Europe/Kyiv or America/New_York")
    return name


def _name_and_address(sender: str) -> tuple[str, str]:
    name, address = parseaddr(sender)
    try:
        Address(name, addr_spec=address)
    except (ValueError, MessageError, IndexError):
        address = ""
    if not re.fullmatch(r"[!-~]+@[!-~]+", address) or not sender.isprintable():
        raise ValueError("must be an e-mail address, `reports@example.com` or `Reports <reports@example.com>`")
    return name, address


class Settings(BaseSettings):
    """Every field is a setting: `http_port` is `RINGDESK_HTTP_PORT`, or `http_port` in ringdesk.toml."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, toml_file=FILE, extra="forbid", frozen=True)

    database_url: str = "sqlite:///var/ringdesk.db"
    """`sqlite:///path` or `postgresql://user:password@host/name`."""

    http_host: str = "127.0.0.1"
    http_port: Port = 8080
    public_url: str | None = None
    """The address people type, when a proxy stands in front; https makes the cookies `Secure`."""

    pbx: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,31}$")] = "pbx"
    """The PBX's short name: it stands in every call's id, so it must not change later."""
    ami_host: str = "127.0.0.1"
    ami_port: Port = 5038
    ami_username: str = "ringdesk"
    ami_secret: SecretStr = SecretStr("")
    ami_tls: bool = False
    trunks: Annotated[tuple[str, ...], NoDecode] = ()
    """Channel names of trunks as globs, `PJSIP/provider*,DAHDI/*`. Empty: whatever is not named like an extension."""
    dial_context: str = "ringdesk-dial"
    """The dialplan context through which click-to-dial and transfers reach numbers."""
    queue_log: Path | None = None
    """The PBX's queue_log file where this machine can read it: fills the gap after a lost link."""

    recordings_spool: Path | None = None
    """The folder Asterisk writes recordings to."""
    recordings_store: str = "var/recordings"
    """A folder, or `s3://bucket/prefix`."""
    recordings_inbox: Path = Path("var/inbox")
    """A folder for recordings that were sent in, until they are stored."""
    recordings_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Keys that seal recordings at rest, separated by commas: the first seals, all open. `ringdesk recordings key` makes one."""
    recordings_keep_spool: bool = False
    """Leave the PBX's own files where they are after they were stored."""
    audio_link_minutes: Annotated[float, Field(gt=0, le=24 * 60)] = 10.0
    """So long a link to a recording's audio works."""
    vosk_model: str | None = None
    """A model folder, or a language such as `en-us`."""
    models_folder: Path = Path("var/models")
    """Where `ringdesk models fetch` puts speech models, a folder a language."""
    workers: Annotated[int, Field(ge=0, le=64)] = 1
    """Speech processes of this process; 0: only `ringdesk worker` stores, transcribes and scores."""
    speech_memory_mb: Annotated[int, Field(ge=256, le=65536)] = 6144
    """A speech process that wants more memory than this is ended."""
    redis_url: str | None = None
    """Shares pushes between several web processes."""

    country: Annotated[str, AfterValidator(_country)] = "US"
    """Country of numbers written without a country code."""
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"

    wrap_up_limit: Annotated[float, Field(ge=0, le=3600)] = 30.0
    """Seconds of wrap-up after a conversation; then the agent is available again. 0: no wrap-up."""
    pause_reasons: Annotated[tuple[str, ...], NoDecode] = ("Break", "Lunch", "Training", "Meeting", "Back office")
    """What agents may say when they pause, separated by commas."""
    session_hours: Annotated[float, Field(gt=0, le=24 * 30)] = 12.0
    """A login ends this long after its last use."""
    short_abandon: Annotated[float, Field(ge=0, le=600)] = 0.0
    """A caller who gives up within so many seconds is not put on the call-back list. 0: everybody is."""

    smtp_host: str | None = None
    """The mail server that reports are sent through. None: none are sent."""
    smtp_port: Port = 587
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    """`starttls` begins in the clear and must be encrypted before anything is said; `tls` (port 465) is from the first byte."""
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_sender: str = "Ringdesk <ringdesk@localhost>"
    """The `From` of letters."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "text"] = "auto"

    @field_validator("trunks", "pause_reasons", "recordings_keys", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("recordings_keys")
    @classmethod
    def _fernet_keys(cls, keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in keys:
            try:
                Fernet(key.get_secret_value())
            except ValueError:
                raise ValueError("must be keys as `ringdesk recordings key` makes them, separated by commas") from None
        return keys

    @field_validator("recordings_store")
    @classmethod
    def _known_store(cls, where: str) -> str:
        if "://" in where and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,62}(/.*)?", where):
            raise ValueError("must be a folder, or s3://bucket/prefix")
        return where

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return url

    @field_validator("smtp_host")
    @classmethod
    def _a_host(cls, host: str | None) -> str | None:
        if host is not None and not re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}", host):
            raise ValueError("must be the name or the address of a mail server, without its port")
        return host

    @field_validator("smtp_sender")
    @classmethod
    def _a_sender(cls, sender: str) -> str:
        _name_and_address(sender)
        return sender

    @field_validator("public_url")
    @classmethod
    def _http_url(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return url.rstrip("/") if url else None

    @property
    def smtp_from(self) -> tuple[str, str]:
        """Name and address of the sender of letters."""
        return _name_and_address(self.smtp_sender)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
    """The settings of this process. Raises `BadSettings` that names each wrong or unknown one as the person wrote it."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    problems = [
        f"{name}: there is no such setting{_nearest(name, known)}"
        for name in sorted(environ)
        if name.upper().startswith(PREFIX) and name.upper() not in known
    ]
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        for item in error.errors():
            field = str(item["loc"][0]) if item["loc"] else "?"
            in_environment = (PREFIX + field.upper()) in {name.upper() for name in environ}
            name = PREFIX + field.upper() if in_environment else f"{FILE}: {field}"
            if item["type"] == "extra_forbidden":
                problems.append(f"{name}: there is no such setting{_nearest(field, set(Settings.model_fields))}")
            else:
                problems.append(f"{name}: {item['msg'].removeprefix('Value error, ')}")
    except ValueError as error:  # broken TOML, or JSON in a list setting
        problems.append(f"{FILE} or the environment: {error}")
    if problems:
        raise BadSettings(problems)
    return settings


def _nearest(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name.upper() if name.isupper() else name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def fresh_secret() -> str:
    """A secret worth 192 bits, safe in every configuration file."""
    return secrets.token_urlsafe(24)
