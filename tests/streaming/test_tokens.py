"""A token is worth what it says, where and while it says it, and no other text is worth anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import ProtocolViolation
from streaming.tokens import LONGEST_TOKEN, Grant, Role, _signature, _text, sign, verify

KEY = b"k" * 32
GRANT = Grant("view", "c-71", "overlay", 1_000.0)
TOKEN = sign(GRANT, KEY)
REFUSALS = {
    "bad_token": "the token is not whole, or not for this server; ask for a new one",
    "token_expired": "the token has expired; ask for a new one",
}


def refusal(token: str, key: bytes = KEY, audience: str = "overlay", now_s: float = 0.0) -> str:
    """The code with which it is refused."""
    with pytest.raises(ProtocolViolation) as violation:
        verify(token, key, audience, now_s)
    # One constant sentence a code: nothing of the token, nor of what it was compared with, can stand in it.
    assert str(violation.value) == REFUSALS[violation.value.code]
    return violation.value.code


@given(
    role=st.sampled_from(["feed", "view", "control"]),
    call=st.none() | st.text(max_size=64),
    audience=st.text(max_size=20),
    key=st.binary(min_size=16, max_size=64),
)
def test_what_was_signed_is_what_is_granted(role: Role, call: str | None, audience: str, key: bytes) -> None:
    """Whatever it is about; and it fits into an address as it is."""
    grant = Grant(role, call, audience, 10.0)
    token = sign(grant, key)
    assert verify(token, key, audience, 9.9) == grant
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_it_ends_at_its_time() -> None:
    """To the moment."""
    assert verify(TOKEN, KEY, "overlay", 999.9) == GRANT
    assert refusal(TOKEN, now_s=1_000.0) == "token_expired"


def test_it_is_for_one_key_and_one_audience() -> None:
    """Another server's, and one made for another door, open nothing."""
    assert refusal(TOKEN, key=b"j" * 32) == "bad_token"
    assert refusal(TOKEN, audience="feed") == "bad_token"


@given(place=st.integers(0, len(TOKEN) - 1), letter=st.characters())
def test_one_changed_letter_spoils_it(place: int, letter: str) -> None:
    """Wherever it stands, whatever it becomes."""
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    if changed != TOKEN:
        assert refusal(changed) == "bad_token"


@given(st.text(max_size=200))
def test_no_other_text_is_a_token(text: str) -> None:
    """And none makes anything fail otherwise."""
    assert refusal(text) == "bad_token"


def test_what_is_signed_but_no_grant_is_refused() -> None:
    """Ours in another form, or longer than any of ours can be."""
    payload = _text(b'{"role":"owner"}')
    assert refusal(f"{payload}.{_signature(payload, KEY)}") == "bad_token"
    odd = _text(b"x")[:1]
    assert refusal(f"{odd}.{_signature(odd, KEY)}") == "bad_token"
    assert refusal(sign(Grant("view", "c" * LONGEST_TOKEN, "overlay", 10.0), KEY)) == "bad_token"
