"""Recordings for the tests of the browser: the sample calls, sent in as a PBX does."""

import io
import json
import time
import uuid
import wave
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.request import Request

from tests.browser.server import Client

SAMPLES = Path(str(files("ringdesk.recordings") / "samples"))
MODEL = SAMPLES / "model"
SOON = 90.0  # seconds; a sample takes three on a quiet machine


def send_in(client: Client, sample: str, call: str | None, *, seconds: float | None = None, **fields: str) -> dict[str, Any]:
    """A sample call, or its first seconds, as the recording of `call` (a linkedid), the agent left. The recording as it was taken in;
    the same content twice is one."""
    boundary = uuid.uuid4().hex
    told = {"side": "agent", **fields} | ({} if call is None else {"id": call})
    text = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in told.items())
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="stereo"; filename="{sample}.wav"\r\nContent-Type: audio/wav\r\n\r\n'
    body = (text + head).encode() + _audio(sample, seconds) + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "X-CSRF-Token": client.me["csrf"]}
    with client.open(Request(f"{client.url}/api/v1/recordings", data=body, method="POST", headers=headers), timeout=30) as answer:
        return dict(json.loads(answer.read()))


def eventually(client: Client, recording_id: int, *states: str) -> dict[str, Any]:
    """The recording when it is in one of these states."""
    deadline = time.monotonic() + SOON
    while True:
        seen: dict[str, Any] = client.ask("GET", f"/recordings/{recording_id}")
        if seen["state"] in states:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"not {states} yet: {seen}")
        time.sleep(0.1)


def _audio(sample: str, seconds: float | None) -> bytes:
    path = SAMPLES / "calls" / f"{sample}.wav"
    if seconds is None:
        return path.read_bytes()
    out = io.BytesIO()
    with wave.open(str(path)) as whole, wave.open(out, "wb") as part:
        part.setparams(whole.getparams())
        part.writeframes(whole.readframes(round(seconds * whole.getframerate())))
    return out.getvalue()
