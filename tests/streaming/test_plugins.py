"""Plug-ins are found by file, loaded by name, and nothing else can be loaded."""

import pytest

import detectors
import streaming.engines
import streaming.protocols
from streaming import plugins
from streaming.errors import UnknownPlugin


def test_a_plugin_is_a_file_with_a_create() -> None:
    """Contracts and the parts that plug-ins share are not listed."""
    assert plugins.names(streaming.engines) == ("scripted", "whisper")
    assert plugins.names(streaming.protocols) == (
        "asterisk",
        "audiohook",
        "audiosocket",
        "browser",
        "deepgram",
        "fork",
        "twilio",
    )
    assert plugins.names(detectors) == ("agreement", "emotions", "objections")


@pytest.mark.parametrize("name", ["contract", "nothing", "../server", "os", ""])
def test_an_unknown_name_is_answered_with_the_known_ones(name: str) -> None:
    """A URL or a setting can never reach another module."""
    with pytest.raises(UnknownPlugin, match="browser"):
        plugins.load(streaming.protocols, name)


def test_a_plugin_is_loaded_by_its_file_name() -> None:
    """The module itself is given."""
    assert plugins.load(streaming.protocols, "browser").__name__ == "streaming.protocols.browser"
