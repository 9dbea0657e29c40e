"""A webhook is signed as the specification's own example is, and goes to no address within."""

import base64
import ipaddress
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.webhook import body_of, headers_of, is_public, secret_of

EXAMPLE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_signature_is_that_of_the_specifications_example() -> None:
    """Byte for byte."""
    headers = headers_of("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330.9, b'{"test": 2432232314}', secret_of(EXAMPLE))
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert headers["webhook-timestamp"] == "1614265330"


@pytest.mark.parametrize(
    "text", ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!", "whsec_é"]
)
def test_what_is_no_secret_is_refused(text: str) -> None:
    """Too short a one is none."""
    with pytest.raises(ValueError):
        secret_of(text)
    with pytest.raises(ValueError):
        secret_of("whsec_" + base64.b64encode(bytes(65)).decode())


def test_the_body_tells_what_happened_when_and_carries_the_debrief() -> None:
    """As the debrief is, not as text within text."""
    told = json.loads(body_of('{"record":{"id":"c"}}', 1_800_000_000))
    assert told == {"type": "call.ended", "timestamp": "2027-01-15T08:00:00+00:00", "data": {"record": {"id": "c"}}}


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    """In either version, and through a translator."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.1.2", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
        *("localhost", "", "2130706433", "0x7f000001", "127.1", "evil.example"),
    ],
)
def test_all_others_are_not(address: str) -> None:
    """Neither this machine, nor its network, nor a cloud's own; nor what is no address."""
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_the_same_in_every_form(address: ipaddress.IPv4Address) -> None:
    """Written within another version it leads to the same machine."""
    number = int(address)
    forms = (
        ipaddress.IPv6Address(0xFFFF_0000_0000 | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
        ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | number),
    )
    assert {is_public(str(form)) for form in forms} == {is_public(str(address))}
