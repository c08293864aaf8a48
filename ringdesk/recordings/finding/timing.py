"""When a recording began that neither the PBX nor its name tells of: its end is the file's time, so its length says it."""

import asyncio
from dataclasses import replace
from pathlib import Path

from ringdesk.recordings.audio.decoding import SAMPLE, decoding
from ringdesk.recordings.audio.ffmpeg import BadAudio, FfmpegFailed
from ringdesk.recordings.audio.probing import open_regular, probe
from ringdesk.recordings.finding import matching, names
from ringdesk.recordings.finding.matching import Origin
from ringdesk.recordings.finding.take_in import Found
from ringdesk.storage.engine import Database

RATE = 8000  # Hz; what a length is counted in


async def timed(db: Database, found: Found, origin: Origin) -> Found:
    """The same, with its length where that is needed to know its beginning."""
    if found.started_at is not None or names.clues(found.name, origin.country, origin.zone).at is not None:
        return found
    async with db.read() as session:
        paths = [str(part.path) for part in found.parts]
        if await matching.told(session, found.source, found.name, paths, found.written, origin) is not None:
            return found
    return replace(found, duration_s=await length(found.parts[0].path))


async def length(path: Path) -> float | None:
    """Seconds of audio; None where it cannot be decoded, which is told when it comes to be stored."""
    size = 0
    try:
        with await asyncio.to_thread(open_regular, path) as file:
            shape = await probe(file, path.name)
            async with decoding(file, shape, RATE) as pieces:
                async for piece in pieces:
                    size += len(piece)
    except (BadAudio, FfmpegFailed, OSError):
        return None
    return size / SAMPLE.itemsize / shape.channels / RATE
