"""Settings: the environment wins over the file, and whatever is wrong is named as it was written."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from ringdesk.config import settings
from ringdesk.config.settings import BadSettings, Settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without ringdesk.toml, an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"RINGDESK_{name.upper()}", raising=False)


def problems(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as caught:
        settings.load()
    return caught.value.problems


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("ringdesk.toml").write_text('http_port = 9000\ncountry = "ua"\ntrunks = ["PJSIP/life*"]\n', encoding="utf-8")
    monkeypatch.setenv("RINGDESK_HTTP_PORT", "9001")
    found = settings.load()
    assert (found.http_port, found.country, found.trunks) == (9001, "UA", ("PJSIP/life*",))


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGDESK_TRUNKS", "PJSIP/a*, DAHDI/*,")
    monkeypatch.setenv("RINGDESK_PAUSE_REASONS", "Обід,Navčannja")
    found = settings.load()
    assert found.trunks == ("PJSIP/a*", "DAHDI/*")
    assert found.pause_reasons == ("Обід", "Navčannja")


@pytest.mark.parametrize(
    ("name", "value", "sign"),
    [
        ("RINGDESK_HTTP_PORT", "80 80", "valid integer"),
        ("RINGDESK_HTTP_PORT", "0", "greater than or equal to 1"),
        ("RINGDESK_COUNTRY", "Ukraine", "two-letter"),
        ("RINGDESK_TIMEZONE", "Kyiv", "IANA"),
        ("RINGDESK_DATABASE_URL", "mysql://somewhere", "sqlite:/// or postgresql://"),
        ("RINGDESK_PUBLIC_URL", "desk.example.org", "http:// or https://"),
        ("RINGDESK_PBX", "Kyiv 1", "pattern"),
        ("RINGDESK_WRAP_UP_LIMIT", "-1", "greater than or equal to 0"),
        ("RINGDESK_LOG_LEVEL", "loud", "'debug', 'info'"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(name: str, value: str, sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = problems({name: value}, monkeypatch)
    assert found.startswith(name)
    assert sign in found


def test_an_unknown_setting_is_named_with_its_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("ringdesk.toml").write_text("htp_port = 9000\n", encoding="utf-8")
    found = problems({"RINGDESK_AMI_SECRETS": "x"}, monkeypatch)
    assert found == [
        "RINGDESK_AMI_SECRETS: there is no such setting; did you mean RINGDESK_AMI_SECRET?",
        "ringdesk.toml: htp_port: there is no such setting; did you mean http_port?",
    ]


def test_a_broken_file_is_said_to_be_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("ringdesk.toml").write_text("http_port = \n", encoding="utf-8")
    (found,) = problems({}, monkeypatch)
    assert "ringdesk.toml" in found


def test_secrets_are_not_shown() -> None:
    assert "hunter2" not in repr(Settings(ami_secret=SecretStr("hunter2")))
