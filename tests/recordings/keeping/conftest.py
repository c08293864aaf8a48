"""Stores of both kinds, a key, and the settings of a house that lies in the test's own folder."""

from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from ringdesk.config.settings import Settings
from ringdesk.recordings.keeping.sealing import new_key
from ringdesk.recordings.keeping.store import AudioStore
from tests.recordings.keeping.shelf import settings_of
from tests.web.conftest import house  # noqa: F401 - a fixture


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of an S3 on a real socket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "REGION": "us-east-1", "ENDPOINT_URL": s3}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    client = boto3.client("s3", endpoint_url=s3, region_name="us-east-1")
    client.create_bucket(Bucket="calls")
    for item in client.list_objects_v2(Bucket="calls").get("Contents", []):
        client.delete_object(Bucket="calls", Key=item["Key"])
    return "calls"


@pytest.fixture(params=["folder", "s3"])
def where(request: pytest.FixtureRequest) -> str:
    """A store of each kind: what is kept in one must be kept in both."""
    return "recordings" if request.param == "folder" else f"s3://{request.getfixturevalue('bucket')}/desk"


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture
def settings() -> Settings:
    return settings_of("sqlite:///unused", recordings_store="recordings")


@pytest.fixture
def audio(settings: Settings) -> AudioStore:
    return AudioStore(settings)
