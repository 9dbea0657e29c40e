"""Who is let in: every origin, way to carry a token, kind of token, role and call, each with each."""

import base64
from collections.abc import Callable
from itertools import product

import pytest
from websockets.datastructures import Headers

from streaming.door import ALL, AUDIENCE, NONE, Door, Leave, Need, chosen_subprotocol, page_leave
from streaming.errors import ProtocolViolation
from streaming.tokens import Grant, Role, sign

KEY, NOW_S = b"k" * 32, 1_000.0
OURS = "https://assist.example.com"
GUARDED = Door("0.0.0.0", 443, key=KEY, origins=frozenset({OURS, "https://other.example.com:8443"}))
ON_THIS_MACHINE = Door()
ROLES: tuple[Role, ...] = ("feed", "view", "control")

STRANGE_ORIGINS = (
    "null",
    "",
    "http://assist.example.com",
    "https://assist.example.com/",
    "https://assist.example.com:8443",
    "https://ASSIST.example.com",
    "https://assist.example.com.evil.example",
    "https://evil.example/https://assist.example.com",
    "https://xassist.example.com",
    "https://assist.example.co",
    "https://assist.example.com https://evil.example",
)


def headers(*lines: tuple[str, str]) -> Headers:
    """A request's."""
    return Headers([("Host", "assist.example.com"), *lines])


def token(role: Role = "view", call: str | None = None, ends_s: float = NOW_S + 1, key: bytes = KEY) -> str:
    """One of ours, or by another key of somebody else."""
    return sign(Grant(role, call, AUDIENCE, ends_s), key)


def basic(text: str) -> str:
    """As the password of anybody."""
    return base64.b64encode(f"anybody:{text}".encode()).decode()


CARRIED: dict[str, Callable[[str], tuple[str, str]]] = {
    "subprotocol": lambda t: ("Sec-WebSocket-Protocol", f"assist, assist.token.{t}"),
    "subprotocol alone": lambda t: ("Sec-WebSocket-Protocol", f"assist.token.{t}"),
    "bearer": lambda t: ("Authorization", f"Bearer {t}"),
    "token": lambda t: ("Authorization", f"token {t}"),
    "basic": lambda t: ("Authorization", f"Basic {basic(t)}"),
}


@pytest.mark.parametrize(
    "path", ["/overlay", "/call/browser", "/call/twilio", "/call/fork", "/v1/listen", "/", "/calls"]
)
def test_only_our_own_pages_and_what_is_no_page_may_connect(path: str) -> None:
    """By the whole origin, to the letter; without one, only where no page of ours connects."""
    assert GUARDED.lets_in(headers(("Origin", OURS)), path)
    assert GUARDED.lets_in(headers(), path) is (path not in ("/overlay", "/call/browser"))
    for origin in STRANGE_ORIGINS:
        assert not GUARDED.lets_in(headers(("Origin", origin)), path), origin
        assert not ON_THIS_MACHINE.lets_in(Headers([("Host", "127.0.0.1:8765"), ("Origin", origin)]), path), origin
    assert not GUARDED.lets_in(headers(("Origin", OURS), ("Origin", OURS)), path)


@pytest.mark.parametrize(
    ("host", "is_let_in"),
    [("127.0.0.1:8765", True), ("localhost", True), ("[::1]:1", True), ("evil.example", False), ("[broken", False)],
)
def test_on_this_machine_the_name_that_was_asked_for_is_its_own(host: str, is_let_in: bool) -> None:
    """A name that a stranger's name server points here is none."""
    assert ON_THIS_MACHINE.lets_in(Headers([("Host", host)]), "/overlay") is is_let_in
    assert ON_THIS_MACHINE.lets_in(Headers([("Host", host), ("Origin", f"http://{host}")]), "/") is is_let_in


@pytest.mark.parametrize("carrier", CARRIED)
@pytest.mark.parametrize("ends_in_s", [-1e9, -1, 0, 0.001, 1, 1e9])
@pytest.mark.parametrize("granted", [None, "c1"])
@pytest.mark.parametrize("role", ROLES)
def test_a_token_lets_its_bearer_do_what_it_says_and_nothing_else(
    role: Role, granted: str | None, ends_in_s: float, carrier: str
) -> None:
    """For each need, of each call, at each time; and by another key nothing at all."""
    for key in (KEY, b"j" * 32):
        given = headers(CARRIED[carrier](token(role, granted, NOW_S + ends_in_s, key)))
        if key != KEY or ends_in_s <= 0:
            with pytest.raises(ProtocolViolation) as violation:
                GUARDED.leave_of(given, NOW_S)
            assert violation.value.code == ("token_expired" if key == KEY else "bad_token")
            continue
        leave = GUARDED.leave_of(given, NOW_S)
        for needed, call in product(ROLES, (None, "c1", "c2")):
            is_role = needed == role or (role, needed) == ("control", "view")
            assert leave.allows(Need(needed, call)) is (is_role and granted in (None, call)), (needed, call)


def test_without_a_token_nothing_is_let_in_but_on_this_machine_all() -> None:
    """Nothing else in a request is taken for one: not an address, not a cookie."""
    cookie = headers(("Cookie", f"assist={token()}"))
    assert GUARDED.leave_of(headers(), NOW_S) == GUARDED.leave_of(cookie, NOW_S) == NONE
    assert not any(NONE.allows(Need(role, call)) for role, call in product(ROLES, (None, "c")))
    assert ON_THIS_MACHINE.leave_of(headers(("Authorization", "Token any")), NOW_S) == ALL
    assert all(ALL.allows(Need(role, call)) for role, call in product(ROLES, (None, "c")))


@pytest.mark.parametrize("value", ["Bearer", "Bearer x.y", "Basic !!!", "Basic eDp5", "Token é", "Negotiate x", "x"])
def test_what_is_no_token_opens_nothing(value: str) -> None:
    """However it is written."""
    try:
        leave = GUARDED.leave_of(headers(("Authorization", value)), NOW_S)
    except ProtocolViolation as violation:
        assert violation.code == "bad_token"
        assert value[6:] not in str(violation) or not value[6:].strip()
    else:
        assert leave == NONE


def test_of_two_tokens_none_is_taken() -> None:
    """Else it would depend on who reads them which one counts."""
    with pytest.raises(ProtocolViolation, match="send one"):
        GUARDED.leave_of(headers(CARRIED["bearer"](token()), CARRIED["subprotocol"](token("control"))), NOW_S)


def test_a_token_is_not_said_back() -> None:
    """A subprotocol that the client offered is, for it wants one."""
    assert chosen_subprotocol(["assist.token.x", "assist"]) == "assist"
    assert chosen_subprotocol(["ws.jambonz.org"]) == "ws.jambonz.org"
    assert chosen_subprotocol(["assist.token.x"]) is None
    assert chosen_subprotocol([]) is None


def test_a_renewed_leave_is_the_same_for_longer_and_never_beyond_its_end() -> None:
    """Nor is one that has no such end, or is past it."""
    leave = Leave(frozenset({"view", "control"}), "c1", NOW_S + 1, NOW_S + 400)
    renewed, text = GUARDED.renewed(leave, NOW_S)
    assert renewed == Leave(leave.roles, "c1", NOW_S + 300, NOW_S + 400) == GUARDED.leave_by(text, NOW_S + 299)
    again, text = GUARDED.renewed(renewed, NOW_S + 299)
    assert again.ends_s == NOW_S + 400
    for over in (again, Leave(leave.roles, "c1", NOW_S + 900, None)):
        with pytest.raises(ProtocolViolation, match="ask for a new one"):
            GUARDED.renewed(over, NOW_S + 400)


def test_a_cookie_opens_pages_for_as_long_as_the_token_could() -> None:
    """It is for this site's own pages alone, and no script sees it."""
    leave = Leave(frozenset({"view"}), "c1", NOW_S + 1, NOW_S + 400)
    cookie = GUARDED.cookie(leave)
    assert cookie is not None and cookie.endswith("; Path=/; HttpOnly; Secure; SameSite=Strict")
    sent = headers(("Cookie", f"other=1; {cookie.partition(';')[0]}"))
    assert page_leave(GUARDED, sent, NOW_S + 399).allows(Need("view", "c1"))
    assert not page_leave(GUARDED, sent, NOW_S + 399).allows(Need("view", "c2"))
    with pytest.raises(ProtocolViolation):
        page_leave(GUARDED, sent, NOW_S + 400)
    assert ON_THIS_MACHINE.cookie(ALL) is None
