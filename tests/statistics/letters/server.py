"""A real SMTP server on loopback, in the test's own loop."""

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Mailbox:
    """What came in, and how the server is to behave."""

    port: int = 0
    refuse: dict[str, str] = field(default_factory=dict)
    """Answers to RCPT by address, `*` for all."""
    answer: str = "250 taken"
    """To the letter itself."""
    drop: bool = False
    """Break off the connection where the answer to the letter would be."""
    letters: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    tried: int = 0

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if said := self.refuse.get(address, self.refuse.get("*")):
            return said
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.tried += 1
        if self.drop:
            assert server.transport is not None
            server.transport.abort()
            return "250 never heard"
        if self.answer.startswith("2"):
            content = envelope.original_content
            assert content is not None
            parsed = message_from_bytes(content, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            self.letters.append((list(envelope.rcpt_tos), parsed))
            self.senders.append(envelope.mail_from or "")
            self.encrypted.append(session.ssl is not None)
            self.signed_in.append(session.authenticated)
        return self.answer


@asynccontextmanager
async def listening(mailbox: Mailbox, **how: Any) -> AsyncIterator[Mailbox]:
    """`how` is aiosmtpd's; `implicit_tls` a context for a line that is encrypted from the first byte."""
    loop = asyncio.get_running_loop()
    context = how.pop("implicit_tls", None)
    made: Callable[[], SMTP] = lambda: SMTP(mailbox, hostname="localhost", loop=loop, enable_SMTPUTF8=True, **how)  # noqa: E731
    server = await loop.create_server(made, "127.0.0.1", 0, ssl=context)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()


def only(name: str, password: str) -> Callable[..., AuthResult]:
    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (name.encode(), password.encode())
        return AuthResult(success=known, handled=False)

    return authenticate


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate of its own for 127.0.0.1, and the file that makes a client trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1)).not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    trusted, private = folder / "trusted.pem", folder / "key.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return context, trusted
