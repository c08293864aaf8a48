"""The way to the mail server: taken, refused, dropped, encrypted or not at all."""

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ringdesk.config.settings import Settings
from ringdesk.statistics import files
from ringdesk.statistics.files import Wording
from ringdesk.statistics.letters import sending
from ringdesk.statistics.letters.mail import Attached, Letter, compose
from ringdesk.statistics.letters.sending import NotSent
from ringdesk.statistics.report import Report
from tests.statistics.files import made
from tests.statistics.letters.server import Mailbox, certificate, listening, only

TO = ["boss@example.com", "leiter@xn--bcher-kva.example"]
PNG = b"\x89PNG\r\n\x1a\n rest"
FILE = b"%PDF-1.7\r\n\x00\xff rest"


def settings(port: int, **more: Any) -> Settings:
    given = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none", "smtp_sender": "Reports Ünit <reports@example.com>", **more}
    return Settings(**given)


def letter(report: Report | None = None, to: list[str] = TO, **more: Any) -> Letter:
    report = report or made.named(["support", "sales"], compare=True)
    given: dict[str, Any] = {
        "report": report,
        "words": Wording(made.ZONE),
        "sender": sending.sender(settings(25)),
        "recipients": to,
        "file": Attached(content=FILE, media_type=files.MEDIA["pdf"], name=files.file_name(report, "pdf", made.ZONE)),
        "picture": PNG,
        "message_id": "ringdesk-7-20261122T060000@example.com",
        "at": datetime(2026, 11, 22, 6, tzinfo=UTC),
        "link": "https://desk.example/statistics/own/7",
        "by": "Maria <script>",
        **more,
    }
    return Letter(**given)


async def test_a_letter_arrives_with_text_picture_and_file() -> None:
    async with listening(Mailbox()) as box:
        assert await sending.send(compose(letter()), TO, settings(box.port)) is None
    ((to, message),) = box.letters
    assert (to, box.senders) == (TO, ["reports@example.com"])
    assert message["Subject"] == "Queues: 16 Nov 2026 – 22 Nov 2026"
    assert message["From"] == "Reports Ünit <reports@example.com>"
    assert [str(address) for address in message["To"].addresses] == TO
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "Offered" in text.get_content()
    assert "https://desk.example/statistics/own/7" in text.get_content()
    assert "<script>" not in html.get_content()
    assert "Maria &lt;script&gt;" in html.get_content()
    parts = {part.get_content_type(): part for part in message.walk()}
    assert parts["image/png"].get_payload(decode=True) == PNG
    assert f'src="cid:{parts["image/png"]["Content-ID"].strip("<>")}"' in html.get_content()
    assert parts["application/pdf"].get_payload(decode=True) == FILE
    assert parts["application/pdf"].get_filename() == "queues_2026-11-16_2026-11-22.pdf"


@pytest.mark.parametrize("name", made.HOSTILE)
async def test_no_name_breaks_out_of_its_header_or_the_page(name: str) -> None:
    title = f"{name}\r\nBcc: everybody@example.com\r\n\r\n<img src=x onerror=alert(1)>"
    async with listening(Mailbox()) as box:
        await sending.send(compose(letter(made.named([name], unit="agent", title=title), to=TO[:1], by=name)), TO[:1], settings(box.port))
    ((to, message),) = box.letters
    assert to == TO[:1]
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    html = message.get_body(("html",))
    assert html is not None
    assert "<img src=x" not in html.get_content()
    assert "<b>bold</b>" not in html.get_content()


async def test_who_is_not_known_is_named_and_the_others_get_it() -> None:
    async with listening(Mailbox(refuse={TO[0]: "550 nobody of that name"})) as box:
        said = await sending.send(compose(letter()), TO, settings(box.port))
    assert said == "Not taken for boss@example.com (nobody of that name)."
    assert box.letters[0][0] == TO[1:]


@pytest.mark.parametrize(("answer", "for_good"), [("550 nobody", True), ("450 come back later", False)])
async def test_nobody_is_known(answer: str, for_good: bool) -> None:
    async with listening(Mailbox(refuse={"*": answer})) as box:
        with pytest.raises(NotSent, match=answer[4:]) as caught:
            await sending.send(compose(letter()), TO, settings(box.port))
    assert caught.value.for_good is for_good
    assert not box.letters


@pytest.mark.parametrize(("answer", "for_good"), [("554 looks like spam", True), ("451 the disk is full", False)])
async def test_the_letter_is_refused(answer: str, for_good: bool) -> None:
    async with listening(Mailbox(answer=answer)) as box:
        with pytest.raises(NotSent, match=answer) as caught:
            await sending.send(compose(letter()), TO, settings(box.port))
    assert caught.value.for_good is for_good


async def test_the_connection_breaks_before_the_letter_is_taken() -> None:
    async with listening(Mailbox(drop=True)) as box:
        with pytest.raises(NotSent) as caught:
            await sending.send(compose(letter()), TO, settings(box.port))
    assert not caught.value.for_good


async def test_nobody_listens() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent, match="cannot be reached") as caught:
            await sending.send(compose(letter()), TO, settings(held.getsockname()[1]))
    assert not caught.value.for_good


async def test_with_starttls_all_is_said_in_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    how = {"tls_context": context, "require_starttls": True, "authenticator": only("desk", "sesame"), "auth_required": True}
    async with listening(Mailbox(), **how) as box:
        await sending.send(compose(letter()), TO, settings(box.port, smtp_tls="starttls", smtp_username="desk", smtp_password="sesame"))
        with pytest.raises(NotSent, match="user name or the password"):
            await sending.send(compose(letter()), TO, settings(box.port, smtp_tls="starttls", smtp_username="desk", smtp_password="wrong"))
    assert (box.encrypted, box.signed_in) == ([True], [True])


async def test_encrypted_from_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with listening(Mailbox(), implicit_tls=context) as box:
        await sending.send(compose(letter()), TO, settings(box.port, smtp_tls="tls"))
    assert len(box.letters) == 1


@pytest.mark.parametrize("offered", [True, False])
async def test_nothing_is_said_to_a_server_that_cannot_be_trusted(tmp_path: Path, offered: bool) -> None:
    """It has a certificate that nobody vouches for, or leaves STARTTLS out, as somebody in between would."""
    how = {"tls_context": certificate(tmp_path)[0]} if offered else {}
    async with listening(Mailbox(), **how) as box:
        with pytest.raises(NotSent):
            await sending.send(compose(letter()), TO, settings(box.port, smtp_tls="starttls", smtp_username="desk", smtp_password="sesame"))
    assert not box.tried
