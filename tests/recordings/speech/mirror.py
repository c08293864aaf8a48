"""A place where models are fetched from, as alphacephei.com is one: the list, the archives, ranges; and what may go wrong there."""

import asyncio
import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.recordings.speech.hearing import MODEL

NAME = "vosk-model-small-en-us-0.15"


def archive(*more: tuple[zipfile.ZipInfo | str, bytes], model: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(MODEL.rglob("*")) if model else ():
            zipped.write(path, f"{NAME}/{path.relative_to(MODEL)}")
        for name, content in more:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Duplicate name")  # meant
                zipped.writestr(name, content)
    return out.getvalue()


class Mirror:
    def __init__(self, content: bytes, **entry: Any) -> None:
        self.content = content
        self.entry = {
            "lang": "en-us",
            "lang_text": "US English",
            "md5": hashlib.md5(content).hexdigest(),
            "name": NAME,
            "obsolete": "false",
            "size": len(content),
            "size_text": "0.5MiB",
            "type": "small",
            "url": "http://elsewhere.invalid/model.zip",
            "version": "0.15",
            **entry,
        }
        self.breaks_after: int | None = None
        """Bytes of one answer; then the connection is cut."""
        self.ranges = True
        self.asked: list[str | None] = []

    async def list(self, _request: web.Request) -> web.Response:
        other = {**self.entry, "lang": "de", "name": "vosk-model-de-0.21", "type": "big"}
        old = {**self.entry, "name": "vosk-model-small-en-us-0.3", "obsolete": "true"}
        speaker = {**self.entry, "lang": "all", "name": "vosk-model-spk-0.4", "type": "spk"}
        return web.Response(body=json.dumps([old, speaker, other, self.entry]), content_type="application/json")

    async def archive(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.headers.get("Range"))
        start = int(request.headers["Range"].removeprefix("bytes=").rstrip("-")) if self.ranges and "Range" in request.headers else 0
        rest = self.content[start:]
        answer = web.StreamResponse(status=206 if start else 200, headers={"Content-Length": str(len(rest))})
        await answer.prepare(request)
        await answer.write(rest[: self.breaks_after])
        if self.breaks_after is not None and request.transport is not None:
            await asyncio.sleep(0.5)  # who is told of the end before they have read forgets what they have not
            request.transport.abort()
        return answer

    @asynccontextmanager
    async def there(self) -> AsyncIterator[str]:
        app = web.Application()
        app.add_routes([web.get("/models/model-list.json", self.list), web.get(f"/models/{self.entry['name']}.zip", self.archive)])
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/models/"
        finally:
            await runner.cleanup()
