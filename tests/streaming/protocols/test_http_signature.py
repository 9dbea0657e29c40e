"""Signatures of requests: those that Genesys' own code made are right, and nothing else is."""

import base64
import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.protocols.http_signature import MOST_AGE_S, SKEW_S, Key, signed_nonce

KEY = Key("SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh", base64.b64decode("TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU="))
CREATED_S = 1641013200

HEADERS = {
    "host": "127.0.0.1:8765",  # as a proxy leaves it
    "audiohook-organization-id": "d7934305-0972-4844-938e-9060eef73d05",
    "audiohook-session-id": "30b0e395-84d3-4570-ac13-9a62d8f514c0",
    "audiohook-correlation-id": "e160e428-53e2-487c-977d-96989bf5c99d",
    "x-api-key": KEY.id,
}
NAMES = (
    '"@request-target" "@authority" "audiohook-organization-id" "audiohook-session-id" "audiohook-correlation-id" '
    '"x-api-key"'
)
TIMES = f"created={CREATED_S};expires={CREATED_S + 30}"
PARAMETERS = f';keyid="{KEY.id}";nonce="VGhpc0lzQVVuaXF1ZU5vbmNl";alg="hmac-sha256";{TIMES}'
VALUE = "8FksRkvOWvGbiUVz5LedCF00iU/+3uIE3btYN8fZdP4="
URL = "wss://assist.example.com/call/audiohook?team=east"


def signed(**changes: str) -> dict[str, str]:
    """A request that Genesys' own code signed for URL, with some of its headers changed."""
    given = {"signature-input": f"sig1=({NAMES}){PARAMETERS}", "signature": f"sig1=:{VALUE}:"}
    return HEADERS | given | {name.replace("_", "-"): value for name, value in changes.items()}


def is_right(headers: dict[str, str], url: str = URL, key: Key = KEY, now_s: float = CREATED_S + 1) -> bool:
    """What is made of it, a second after it was signed."""
    return signed_nonce(url, headers, key, now_s) == "VGhpc0lzQVVuaXF1ZU5vbmNl"


def test_what_genesys_signs_is_right() -> None:
    """For the address that it was given, whichever case or usual port that is written with."""
    assert is_right(signed())
    assert is_right(signed(), "wss://ASSIST.example.com:443/call/audiohook?team=east")


@pytest.mark.parametrize(
    "url",
    [
        "wss://assist.example.com/call/audiohook",
        "wss://assist.example.com/call/audiohook?team=west",
        "wss://assist.example.com:8443/call/audiohook?team=east",
        "ws://assist.example.com:443/call/audiohook?team=east",
        "wss://evil.example.com/call/audiohook?team=east",
        "wss://assist.example.com",
    ],
)
def test_another_address_was_not_meant(url: str) -> None:
    """Nor its path, nor its query."""
    assert not is_right(signed(), url)


@pytest.mark.parametrize("name", sorted({*HEADERS} - {"host"}))
def test_every_header_is_vouched_for(name: str) -> None:
    """Changed or missing."""
    assert not is_right(signed() | {name: "e160e428-53e2-487c-977d-96989bf5c99e"})
    assert not is_right({key: value for key, value in signed().items() if key != name})


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": ""},
        {"signature_input": ""},
        {"signature": f"sig2=:{VALUE}:"},
        {"signature": f"sig1={VALUE}"},
        {"signature": f"sig1=:{VALUE[:-2]}A=:"},
        {"signature": f"sig1=:{VALUE}:, sig2=:{VALUE}:"},
        {"signature_input": f"sig1=({NAMES})"},
        {"signature_input": f"sig1=({NAMES} {NAMES}){PARAMETERS}"},
        {"signature_input": f"sig1=(){PARAMETERS}"},
        {"signature_input": f"sig1=({NAMES}){PARAMETERS};tag=1"},
    ],
)
def test_a_signature_that_is_changed_is_wrong(changes: dict[str, str]) -> None:
    """In whatever part."""
    assert not is_right(signed(**changes))


def resigned(names: str = NAMES, parameters: str = PARAMETERS, key: Key = KEY, **values: str) -> dict[str, str]:
    """Signed by us, as one that holds the secret might sign what is not in order."""
    values = HEADERS | {"@request-target": "/call/audiohook?team=east", "@authority": "assist.example.com"} | values
    lines = [f'"{name}": {values[name]}' for name in names.replace('"', "").split()]
    lines.append(f'"@signature-params": ({names}){parameters}')
    value = base64.b64encode(hmac.new(key.secret, "\n".join(lines).encode(), sha256).digest()).decode()
    return signed(signature_input=f"sig1=({names}){parameters}", signature=f"sig1=:{value}:")


def test_our_own_signer_signs_as_genesys_does() -> None:
    """So that what is not in order below is wrong for that reason alone; more than must be may be covered."""
    assert resigned() == signed()
    assert is_right(resigned(f'{NAMES} "host"'))
    assert is_right(resigned(parameters=PARAMETERS.replace(f";expires={CREATED_S + 30}", "")))


@pytest.mark.parametrize("name", NAMES.split())
def test_nothing_that_must_be_covered_may_be_left_out(name: str) -> None:
    """Else a header could be changed on the way."""
    assert not is_right(resigned(" ".join(other for other in NAMES.split() if other != name)))


@pytest.mark.parametrize(
    "old, new",
    [
        ("VGhpc0lzQVVuaXF1ZU5vbmNl", "short"),
        ('alg="hmac-sha256"', 'alg="hmac-sha1"'),
        (f'keyid="{KEY.id}"', 'keyid="other"'),
        (f'keyid="{KEY.id}";', ""),
        (f"created={CREATED_S};", ""),
        (f"created={CREATED_S}", 'created="yesterday"'),
        (f"expires={CREATED_S + 30}", f"expires={CREATED_S - 10}"),
    ],
)
def test_its_terms_must_be_in_order(old: str, new: str) -> None:
    """Although the signature is right."""
    assert old in PARAMETERS
    assert not is_right(resigned(parameters=PARAMETERS.replace(old, new)))


def test_it_is_of_now() -> None:
    """Neither old nor of a time to come, but for what clocks may be apart."""
    for now_s, is_of_now in (
        (CREATED_S - SKEW_S, True),
        (CREATED_S - SKEW_S - 1, False),
        (CREATED_S + MOST_AGE_S + SKEW_S, True),
        (CREATED_S + MOST_AGE_S + SKEW_S + 1, False),
    ):
        assert is_right(signed(), now_s=now_s) == is_of_now


def test_another_key_is_not_ours() -> None:
    """Neither its secret nor its name."""
    assert not is_right(signed(), key=Key(KEY.id, b"other"))
    assert not is_right(signed(), key=Key("other", KEY.secret))


@given(st.dictionaries(st.sampled_from(["signature", "signature-input", "x-api-key", "host"]), st.text(max_size=60)))
def test_whatever_comes_is_judged_without_a_fault(headers: dict[str, str]) -> None:
    """Text of any letters is just wrong."""
    assert not is_right(headers)
    assert not is_right(signed() | {"signature": ""} | headers)
