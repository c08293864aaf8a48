"""`ringdesk doctor`: what is right and wrong with this installation, in plain words, each with how to mend it."""

from ringdesk.config.doctor import house, pbx, speech
from ringdesk.config.doctor.findings import Finding, Findings
from ringdesk.config.settings import BadSettings, Settings, load

__all__ = ["Finding", "Findings", "examine"]


async def examine(*, probe: bool = True, listen: float = 0.0, settings: Settings | None = None) -> Findings:
    """Look at everything. `probe` may cause a few events on the PBX (see `pbx`); `listen` so many seconds for a real call."""
    found = Findings()
    if settings is None:
        try:
            settings = load()
        except BadSettings as bad:
            for problem in bad.problems:
                found.wrong("settings", problem, "Mend it in the environment or in ringdesk.toml.")
            return found
    house.settings_file(found, settings)
    people = await house.database(found, settings)
    spool = await pbx.examine(found, settings, people, probe=probe, listen=listen)
    house.folders(found, settings, spool)
    await speech.models(found, settings)
    await house.web_port(found, settings)
    return found
