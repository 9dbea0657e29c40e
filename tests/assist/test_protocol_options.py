"""Each protocol gets what was set for it."""

from uuid import UUID

from pydantic import SecretStr

from assist.protocol_options import of_protocols
from assist.settings import load

LINE = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


def test_nothing_is_set_by_itself() -> None:
    """No signature is asked for then."""
    told = of_protocols(load())
    assert told["twilio"] == {"prospect": "inbound", "url": None, "auth_token": None}
    assert told["audiohook"] == {"url": None, "key": None, "secret": None, "suggestions": False}
    assert told["audiosocket"] == {"lines": []}


def test_secrets_reach_their_protocols_as_they_are() -> None:
    """Nobody else."""
    token = SecretStr("token")
    lines = [{"prospect": LINE}]
    told = of_protocols(
        load(twilio_url="wss://a/b", twilio_auth_token=token, audiosocket_port=0, audiosocket_lines=lines)
    )
    assert told["twilio"]["auth_token"] == "token" and told["audiosocket"] == {"lines": [{"prospect": UUID(LINE)}]}
