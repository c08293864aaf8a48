"""E-mail addresses as a mail server takes them, and nothing that could be more than one."""

import re
from email.errors import MessageError
from email.headerregistry import Address

from ringdesk.config.errors import Invalid
from ringdesk.storage.base import clean

LONGEST = 254  # RFC 5321, 4.5.3.1.3
LONGEST_LOCAL = 64
FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f,;<>\"()\[\]\\:]")
DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")


class BadAddress(Invalid):
    key = "bad_address"
    text = "{address} is no e-mail address"


def checked(address: str) -> str:
    """The address as it is sent to, its domain as the network knows it (`xn--…`). Raises `BadAddress`."""
    sent = address.strip()
    local, at, domain = sent.rpartition("@")
    try:
        network = domain.encode("idna").decode()
        Address(username=local, domain=network)
    except (UnicodeError, ValueError, MessageError, IndexError):
        raise BadAddress(address=_told(address)) from None
    usable = at and 0 < len(local.encode("utf-8", "replace")) <= LONGEST_LOCAL and DOMAIN.fullmatch(network)
    if not usable or FORBIDDEN.search(sent) or "@" in local or ".." in local or local[0] == "." or local[-1] == "." or local[0] == "-":
        raise BadAddress(address=_told(address))
    if len(local) + 1 + len(network) > LONGEST or clean(sent) != sent:
        raise BadAddress(address=_told(address))
    return f"{local}@{network}"


def _told(address: str) -> str:
    return clean("".join(character if character.isprintable() else "?" for character in address))[:100]
