"""Links to audio that work without a login, for a short while: signed, for one recording, and only as long as who made them may hear it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from sqlalchemy import select

from ringdesk.config.errors import Gone, NotFound
from ringdesk.recordings.models import HouseSecret
from ringdesk.storage.base import now
from ringdesk.storage.engine import Database, insert_into

SECRET = "audio-links"  # noqa: S105 - the name it is kept under


class LinkExpired(Gone):
    key = "link_expired"
    text = "This link to a recording has expired: open the recording again"


class NoSuchLink(NotFound):
    key = "no_such_link"
    text = "This is no link to a recording that Ringdesk gave out"


@dataclass(frozen=True, slots=True)
class Link:
    recording_id: int
    user_id: int
    """Who asked for it, and in whose name it is listened to."""
    download: bool


class Links:
    """Any process of the house reads what another has signed: the key is in the database."""

    def __init__(self, db: Database, lifetime: timedelta) -> None:
        self.db = db
        self.lifetime = lifetime
        self._signer: URLSafeTimedSerializer | None = None

    async def make(self, link: Link) -> tuple[str, datetime]:
        """The signed text, and until when it works."""
        signer = await self._ready()
        expires_at = now().replace(microsecond=0) + self.lifetime
        return signer.dumps([link.recording_id, link.user_id, link.download]), expires_at

    async def read(self, text: str) -> Link:
        """Raises `LinkExpired`, `NoSuchLink`."""
        signer = await self._ready()
        try:
            recording_id, user_id, download = signer.loads(text, max_age=int(self.lifetime.total_seconds()))
        except SignatureExpired as error:
            raise LinkExpired from error
        except BadSignature as error:
            raise NoSuchLink from error
        return Link(recording_id, user_id, download)

    async def _ready(self) -> URLSafeTimedSerializer:
        if self._signer is None:
            async with self.db.write() as session:
                new = insert_into(HouseSecret, self.db.dialect).values(name=SECRET, secret=secrets.token_urlsafe(48))
                await session.execute(new.on_conflict_do_nothing(index_elements=[HouseSecret.name]))
                secret = (await session.scalars(select(HouseSecret.secret).where(HouseSecret.name == SECRET))).one()
            self._signer = URLSafeTimedSerializer(secret, salt=SECRET)
        return self._signer
