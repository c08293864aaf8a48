"""Who listens: the speech models."""

import asyncio

from ringdesk.config.doctor.findings import Findings
from ringdesk.config.settings import Settings
from ringdesk.recordings.speech.models import Models, NoModel
from ringdesk.recordings.speech.supervision import NotAModel, Speech, SpeechStuck

MEND = "`ringdesk models list --available` says which there are, `ringdesk models fetch LANGUAGE` gets one."


async def models(found: Findings, settings: Settings) -> None:
    """Is there one for recordings that name no language, and can it be loaded? Are those of other languages good?"""
    there = Models(settings)
    try:
        default = await asyncio.to_thread(there.of, None)
    except NoModel as error:
        if not await asyncio.to_thread(there.expected):
            found.warn("speech", f"{error}. Recordings are kept and played, but not transcribed.", MEND)
        else:
            found.wrong("speech", f"{error}. Until then nobody hears recordings whose policy masks card numbers or patterns.", MEND)
        default = None
    async with Speech(1, settings.speech_memory_mb) as speech:
        for model in await asyncio.to_thread(there.all):
            try:
                rate = await speech.check(model.path)
            except (NotAModel, SpeechStuck) as error:
                found.wrong("speech", str(error), MEND)
            else:
                what = "for recordings that name no language" if model == default else f"for {model.language or 'what names none'}"
                found.ok("speech", f"The model {model.name} ({rate} Hz) listens: {what}.")
