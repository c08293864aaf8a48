"""The way to the mail server, by aiosmtplib: TLS as the settings say and never less, and what went wrong as a sentence."""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage

import aiosmtplib
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from ringdesk.config.settings import Settings
from ringdesk.statistics.files.wording import plain

PATIENCE = 30.0  # seconds for each answer of the server
PERMANENT = 500  # and above: RFC 5321, 4.2.1
TOLD = 200  # characters of what a server says


class NotSent(Exception):
    """A sentence for people; `for_good`: trying again cannot help."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


def sender(settings: Settings) -> Address:
    """The `From` of letters."""
    name, address = settings.smtp_from
    return Address(name, addr_spec=address)


async def send(message: EmailMessage, recipients: Sequence[str], settings: Settings) -> str | None:
    """Hand a letter to the mail server. What is to be said of recipients that it refused while it took others. Raises `NotSent`."""
    password = settings.smtp_password.get_secret_value()
    client = aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username or None,
        password=password or None,
        use_tls=settings.smtp_tls == "tls",
        start_tls=settings.smtp_tls == "starttls",
        timeout=PATIENCE,
    )
    try:
        async with client:
            refused, _ = await client.send_message(message, sender=sender(settings).addr_spec, recipients=list(recipients))
    except SMTPRecipientsRefused as error:
        codes = [one.code for one in error.recipients]
        raise NotSent(
            f"The mail server takes it for nobody: {_of(error.recipients[0].recipient, error.recipients[0].message)}.",
            for_good=all(code >= PERMANENT for code in codes),
        ) from error
    except SMTPAuthenticationError as error:
        raise NotSent(f"The mail server does not accept the user name or the password: {_said(error.message)}.") from error
    except (SMTPTimeoutError, TimeoutError) as error:
        raise NotSent("The mail server takes too long to answer.") from error
    except SMTPConnectError as error:
        raise NotSent(f"The mail server cannot be reached: {_said(error.message)}.") from error
    except SMTPServerDisconnected as error:
        raise NotSent("The mail server broke off the connection.") from error
    except SMTPResponseException as error:
        raise NotSent(f"The mail server refuses it: {error.code} {_said(error.message)}.", for_good=error.code >= PERMANENT) from error
    except (SMTPException, OSError) as error:
        raise NotSent(f"It could not be sent: {_said(str(error))}.") from error
    if not refused:
        return None
    told = "; ".join(_of(address, response.message) for address, response in refused.items())
    return f"Not taken for {told}."


def _of(address: str, said: str) -> str:
    return f"{plain(address, 100)} ({_said(said)})"


def _said(text: str) -> str:
    return plain(text, TOLD).rstrip(".")
