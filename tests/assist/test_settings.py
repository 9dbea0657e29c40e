"""Settings come from the environment and a file, and whatever is wrong with them is told at once."""

from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest
from pydantic import SecretStr

from assist.settings import LOOPBACK, Settings, load
from assist.settings_places import SettingsError, config_path


def test_without_any_setting_the_defaults_hold() -> None:
    """Loopback, the usual port, the model of the package."""
    chosen = load()
    assert (chosen.host, chosen.port, chosen.model, chosen.engine) == ("127.0.0.1", 8765, "tiny.en", "whisper")


def test_the_command_line_wins_over_the_environment_and_that_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each where the one before says nothing; None from the command line says nothing."""
    config_path().write_text("port = 1001\nworkers = 3\nmax_calls = 9\n")
    monkeypatch.setenv("ASSIST_PORT", "1002")
    monkeypatch.setenv("ASSIST_WORKERS", "4")
    chosen = load(port=1003, host=None)
    assert (chosen.port, chosen.workers, chosen.max_calls, chosen.host) == (1003, 4, 9, "127.0.0.1")


def test_every_fault_is_told_at_once_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the file and the environment, each by the name under which it can be mended."""
    config_path().write_text('max_calls = 0\ncolour = "red"\n')
    monkeypatch.setenv("ASSIST_PORT", "many")
    monkeypatch.setenv("ASSIST_ENGINE", "ears")
    with pytest.raises(SettingsError) as error:
        load()
    lines = str(error.value).splitlines()
    assert len(lines) == 4
    assert any(line.startswith("ASSIST_PORT: ") and "integer" in line for line in lines)
    assert any(line.startswith("ASSIST_ENGINE: ") and "'whisper' or 'scripted'" in line for line in lines)
    assert any(line.startswith("max_calls (in ") and "assist.toml" in line for line in lines)
    assert any(line.startswith("colour (in ") for line in lines)


def test_an_unknown_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt one would be silently without effect; those there are, are listed."""
    monkeypatch.setenv("ASSIST_PROT", "8766")
    with pytest.raises(SettingsError, match=r"ASSIST_PROT: no such setting; there are: .*ASSIST_PORT"):
        load()


WEBHOOK = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
GUARDED = {"token_key": "0123456789abcdef0123456789abcdef", "origins": ("https://assist.example.com",)}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.org"])
def test_an_address_that_others_reach_needs_encryption_tokens_and_origins(host: str) -> None:
    """All that is missing is told at once, and nothing less will do."""
    with pytest.raises(
        SettingsError, match=r"others can reach .*: it needs tls_cert and tls_key .*token_key .*origins"
    ):
        load(host=host)
    with pytest.raises(SettingsError, match=r"it needs tls_cert and tls_key \(or behind_proxy"):
        load(host=host, **GUARDED)
    for missing in GUARDED:
        others = {name: value for name, value in GUARDED.items() if name != missing}
        with pytest.raises(SettingsError, match=f"it needs {missing}"):
            load(host=host, behind_proxy=True, **others)
    assert not load(host=host, behind_proxy=True, **GUARDED).is_private
    assert not load(host=host, tls_cert="c.pem", tls_key="k.pem", **GUARDED).is_private


def test_behind_a_proxy_loopback_is_an_address_that_others_reach() -> None:
    """Whoever comes through the proxy comes from here."""
    assert load().is_private
    with pytest.raises(SettingsError, match="it needs token_key"):
        load(behind_proxy=True)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"tls_cert": "c.pem"}, "set both or neither"),
        ({"token_key": "short"}, "must have 32 characters"),
        ({"origins": ("https://assist.example.com/",)}, "scheme and host alone"),
        ({"origins": ("http://assist.example.com",)}, "scheme and host alone"),
        ({"origins": ("https://*.example.com",)}, "scheme and host alone"),
        ({"origins": ("null",)}, "scheme and host alone"),
        ({"host": ""}, "at least 1 character"),
    ],
)
def test_half_a_guard_is_none(change: dict[str, object], told: str) -> None:
    """Each with what it should be; a key is not shown."""
    with pytest.raises(SettingsError, match=told) as error:
        load(**change)
    assert "short" not in str(error.value)


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_addresses_are_allowed(host: str) -> None:
    """By number or name."""
    assert load(host=host).host == host


def test_a_file_that_is_no_toml_is_named() -> None:
    """With the place of the fault."""
    config_path().write_text("port = \n")
    with pytest.raises(SettingsError, match=r"assist\.toml: not TOML: .*line 1"):
        load()


def test_the_file_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By ASSIST_CONFIG."""
    (tmp_path / "other.toml").write_text("port = 1004\n")
    monkeypatch.setenv("ASSIST_CONFIG", str(tmp_path / "other.toml"))
    assert load().port == 1004


def test_a_named_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A mistyped name must not be silently without effect."""
    monkeypatch.setenv("ASSIST_CONFIG", str(tmp_path / "absent.toml"))
    with pytest.raises(SettingsError, match=r"absent\.toml"):
        load()


def test_each_setting_is_described_and_each_secret_hides_itself() -> None:
    """`assist check` prints them all."""
    for name, field in Settings.model_fields.items():
        assert field.description, name
        if any(word in name for word in ("token", "key", "password", "secret")):
            assert SecretStr in get_args(field.annotation) or name == "tls_key", name  # where a file lies


def test_settings_do_not_change() -> None:
    """Read once, then fixed."""
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1


def test_a_signature_needs_both_its_address_and_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """One without the other would check nothing; and the token is never shown."""
    url = "wss://assist.example.com/call/twilio"
    for half in ({"twilio_url": url}, {"twilio_auth_token": "12345"}):
        with pytest.raises(SettingsError, match="set both or neither"):
            load(**half)
    monkeypatch.setenv("ASSIST_TWILIO_AUTH_TOKEN", "12345")
    chosen = load(twilio_url=url)
    assert chosen.twilio_auth_token is not None and chosen.twilio_auth_token.get_secret_value() == "12345"
    assert "12345" not in f"{chosen.model_dump()} {chosen}"


@pytest.mark.parametrize(
    "url", ["assist.example.com", "ws://a/call/twilio", "wss://a", "wss://a:port/x", "wss://a/b c"]
)
def test_the_signed_address_is_a_whole_one(url: str) -> None:
    """Anything else would refuse every stream."""
    with pytest.raises(SettingsError, match=r"twilio_url.*whole address"):
        load(twilio_url=url, twilio_auth_token="12345")


HOOK = {
    "audiohook_url": "wss://assist.example.com/call/audiohook",
    "audiohook_key": "SGVsbG8sIEkgYW0gdGhlIEFQSSBrZXkh",
    "audiohook_secret": "TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=",
}


def test_sessions_of_genesys_are_checked_by_a_whole_key() -> None:
    """Address, key and secret, or none of them; the secret is base64, and is never shown."""
    for missing in HOOK:
        with pytest.raises(SettingsError, match="set all or none"):
            load(**{name: value for name, value in HOOK.items() if name != missing})
    for change in ({"audiohook_secret": "no base64!"}, {"audiohook_url": "assist.example.com"}):
        with pytest.raises(SettingsError, match=next(iter(change))):
            load(**(HOOK | change))
    chosen = load(**HOOK)
    assert chosen.audiohook_secret is not None and HOOK["audiohook_secret"] not in f"{chosen.model_dump()} {chosen}"


def test_lines_of_audiosocket_are_known_by_their_uuids() -> None:
    """Each its own, which are never shown: they are all that lets a connection in. From the file as from elsewhere."""
    one, other = "40325ec2-5efd-4bd3-805f-53576e581d13", "40325ec2-5efd-4bd3-805f-53576e581d14"
    lines_of_file = f'audiosocket_lines = [{{ prospect = "{one}", rep = "{other}" }}]'
    config_path().write_text(f"audiosocket_port = 9092\n{lines_of_file}\n")
    chosen = load()
    (line,) = chosen.audiosocket_lines
    assert [identity.get_secret_value() for identity in line.values()] == [UUID(one), UUID(other)]
    assert one not in f"{chosen.model_dump()} {chosen}"
    for lines, fault in (
        ([], "set both or neither"),
        ([{"prospect": one, "rep": one}], "a UUID twice"),
        ([{"prospect": one}, {"prospect": one}], "a UUID twice"),
        ([{"boss": one}], "audiosocket_lines"),
        ([{"rep": "1234"}], "audiosocket_lines"),
    ):
        with pytest.raises(SettingsError, match=fault):
            load(audiosocket_lines=lines)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"webhook_url": "https://crm.example.com/hook"}, "set both or neither"),
        ({"webhook_url": "http://crm.example.com/hook", "webhook_secret": WEBHOOK}, "https://"),
        ({"webhook_url": "https://user:pass@crm.example.com/", "webhook_secret": WEBHOOK}, "https://"),
        ({"webhook_url": "ftp://crm/", "webhook_secret": WEBHOOK, "webhook_internal": True}, "https://"),
        ({"webhook_url": "https://crm.example.com/", "webhook_secret": "whsec_c2hvcnQ="}, "24 to 64 bytes"),
    ],
)
def test_a_webhook_needs_an_address_and_a_secret(change: dict[str, object], told: str) -> None:
    """Encrypted, unless it may be within; and a secret that signs."""
    with pytest.raises(SettingsError, match=told):
        load(**change)
    assert load(webhook_url="https://crm.example.com/hook", webhook_secret=WEBHOOK).webhook_url
    assert load(webhook_url="http://crm:8080/", webhook_secret=WEBHOOK, webhook_internal=True).webhook_internal


def test_a_folder_may_hold_settings_a_file_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As secrets are mounted; the environment wins over them, and they over the one file of all."""
    config_path().write_text("max_calls = 9\nworkers = 3\n")
    (tmp_path / "assist_token_key").write_text("k" * 44 + "\n")
    (tmp_path / "assist_max_calls").write_text("7")
    (tmp_path / "assist_port").write_text("1001")
    (tmp_path / "somebody_elses").write_text("not ours")
    monkeypatch.setenv("ASSIST_SETTINGS_DIR", str(tmp_path))
    monkeypatch.setenv("ASSIST_PORT", "1002")
    chosen = load()
    assert chosen.token_key == SecretStr("k" * 44)
    assert (chosen.max_calls, chosen.port, chosen.workers) == (7, 1002, 3)
    monkeypatch.setenv("ASSIST_SETTINGS_DIR", str(tmp_path / "gone"))
    with pytest.raises(SettingsError, match="there is no folder"):
        load()
