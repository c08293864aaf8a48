"""Addresses: one, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringdesk.statistics.letters.addresses import BadAddress, checked


@pytest.mark.parametrize(
    ("address", "network"),
    [
        (" anna@example.com ", "anna@example.com"),
        ("a.b+reports@mail.example.co.uk", "a.b+reports@mail.example.co.uk"),
        ("leiter@bücher.example", "leiter@xn--bcher-kva.example"),
        ("анна@example.com", "анна@example.com"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_usable(address: str, network: str) -> None:
    assert checked(address) == network


@pytest.mark.parametrize(
    "address",
    [
        "", "@", "anna", "anna@", "@example.com", "a b@example.com", "a@b@example.com", "a,b@example.com", "a@example.com,b@example.com",
        "Anna <a@example.com>", "a@example.com\r\nBcc: b@example.com", "a\x00@example.com", "a@exa mple.com", "a@-example.com",
        "a@example..com", ".a@example.com", "a..b@example.com", "-a@example.com", '"a b"@example.com', "a@[127.0.0.1]",
        f"{'x' * 65}@example.com",        f"a@{'x' * 64}.com", f"a@{'x.' * 130}com", "\ud800@example.com",
    ],
)  # fmt: skip
def test_not_usable(address: str) -> None:
    with pytest.raises(BadAddress):
        checked(address)


@given(st.text(max_size=40))
def test_whatever_passes_is_one_line_and_one_address(text: str) -> None:
    try:
        address = checked(f"{text}@example.com")
    except BadAddress:
        return
    assert address.count("@") == 1
    assert not set(address) & set("\r\n\x00 ,;<>")
