"""A PBX without a PBX: sessions recorded from a real Asterisk, played over AMI with fresh times and identities.

`recording` reads raw AMI text, `performance` gives it fresh identities, `session` plays it in time, `pbx` keeps what is on the line,
`server` speaks AMI to whoever connects, `actions` and `transfers` do what clients ask for.
"""

from ringdesk.telephony.replay.recording import NotARecording, Recording, load, packaged
from ringdesk.telephony.replay.server import ReplayServer
from ringdesk.telephony.replay.session import AsRecorded, Phase, Phone, Session

__all__ = ["AsRecorded", "NotARecording", "Phase", "Phone", "Recording", "ReplayServer", "Session", "load", "packaged"]
