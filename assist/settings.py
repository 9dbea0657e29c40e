"""Environment and TOML -> one frozen object, every fault told at once. Nothing else reads either."""

import base64
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from platformdirs import user_cache_path, user_config_path, user_data_path
from pydantic import Field, Secret, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from assist.consent import Policy
from assist.logs import Level
from streaming.types import Speaker

LOOPBACK = ("127.0.0.1", "localhost", "::1")

Line = dict[Speaker, Secret[UUID]]
"""Whose connection begins with which UUID, of those that feed one call."""


class SettingsError(Exception):
    """What is wrong with the settings: every fault, each with its place and what it should be."""


class Settings(BaseSettings):
    """Each field may stand in the environment as `ASSIST_<FIELD>` or in the TOML file; the environment wins."""

    model_config = SettingsConfigDict(env_prefix="ASSIST_", extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="address to serve on; loopback only")
    port: int = Field(8765, ge=0, le=65535, description="port to serve on; 0 takes a free one")
    model: str = Field("tiny.en", description="model name, a folder, or owner/name on a model hub")
    final_model: str | None = Field(None, description="a larger model for the final words, such as base")
    engine: Literal["whisper", "scripted"] = Field("whisper", description="`scripted` is for tests")
    script: Path | None = Field(None, description="what the scripted engine says")
    device: Literal["cpu", "cuda"] = Field("cpu", description="where the model runs")
    # Passes side by side on a thread each carry twice the calls of one pass after the other on all threads.
    workers: int = Field(
        default_factory=lambda: min(16, os.cpu_count() or 1), ge=1, le=16, description="passes under way at once"
    )
    threads: int = Field(1, ge=1, le=64, description="processor threads of each pass")
    max_calls: int = Field(15, ge=1, description="calls at once; one more is refused")
    resume_s: float = Field(30, ge=0, le=3600, description="seconds that a call waits for its source after a cut")
    drain_s: float = Field(25, ge=0, le=3600, description="seconds that calls may go on for once SIGTERM was received")
    redis_url: SecretStr | None = Field(None, description="redis:// address that several servers share; none for one")
    playbook: Path | None = Field(None, description="a team's playbook (TOML), laid over the bundled one")
    consent: Policy = Field("unless_refused", description="when a call is kept: unless_refused, or once_announced")
    view_link_s: float = Field(3_600, gt=0, le=86_400, description="seconds that a link to watch a call holds")
    journal_dir: Path = Field(
        default_factory=lambda: user_data_path("assist") / "calls", description="one file of events a call goes here"
    )
    record_sound: bool = Field(False, description="a call's sound is kept where its source does not say otherwise")
    keep_journal_days: float | None = Field(None, gt=0, description="a call is deleted, all of it, after so many days")
    keep_debrief_days: float | None = Field(None, gt=0, description="its saved debriefs are, after so many")
    keep_sound_days: float | None = Field(None, gt=0, description="its sound is, after so many")
    keep_preparation_days: float | None = Field(None, gt=0, description="what prepares a call is, after so many")
    cache_dir: Path = Field(
        default_factory=lambda: user_cache_path("assist"), description="what can be made again, such as patched models"
    )
    twilio_prospect: Literal["inbound", "outbound"] = Field("inbound", description="the prospect's track of a stream")
    twilio_url: str | None = Field(None, description="the wss:// address of /call/twilio exactly as Twilio is given it")
    twilio_auth_token: SecretStr | None = Field(None, description="refuses streams that Twilio did not sign with it")
    audiohook_url: str | None = Field(None, description="the address of /call/audiohook exactly as Genesys is given it")
    audiohook_key: SecretStr | None = Field(None, description="the API key that Genesys is given")
    audiohook_secret: SecretStr | None = Field(None, description="its client secret; refuses what is not signed")
    audiohook_suggestions: bool = Field(False, description="suggestions are also sent to Genesys")
    audiosocket_port: int | None = Field(None, ge=0, le=65535, description="TCP port for Asterisk's AudioSocket")
    audiosocket_lines: tuple[Line, ...] = Field((), description="a UUID a party, each line one call at a time")
    log_level: Level = Field("warning", description="debug, info, warning or error")
    log_json: bool = Field(False, description="log lines as JSON")

    @field_validator("host")
    @classmethod
    def _is_loopback(cls, host: str) -> str:
        if host not in LOOPBACK:
            # There is no authentication yet, and what is heard here is nobody else's business.
            raise ValueError(f"must be one of {', '.join(LOOPBACK)}: other addresses would need TLS and tokens")
        return host

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not re.match(r"rediss?://[^/\s]+", url.get_secret_value()):
            raise ValueError("must be an address such as redis://HOST:6379/0, or rediss:// for TLS")
        return url

    @field_validator("twilio_url")
    @classmethod
    def _is_socket(cls, url: str | None) -> str | None:
        if url is not None and not re.fullmatch(r"wss://[^/\s:]+(:\d{1,5})?/\S*", url):
            raise ValueError("must be the whole address that Twilio is given, such as wss://HOST/call/twilio")
        return url

    @field_validator("audiohook_url")
    @classmethod
    def _is_signable(cls, url: str | None) -> str | None:
        if url is not None and not re.fullmatch(r"wss?://[^/\s:]+(:\d{1,5})?/\S*", url):
            raise ValueError("must be the whole address that Genesys is given, such as wss://HOST/call/audiohook")
        return url

    @field_validator("audiohook_secret")
    @classmethod
    def _is_base64(cls, secret: SecretStr | None) -> SecretStr | None:
        try:
            base64.b64decode(secret.get_secret_value() if secret else "", validate=True)
        except ValueError:
            raise ValueError("must be base64, as Genesys has it") from None
        return secret

    @model_validator(mode="after")
    def _has_script(self) -> "Settings":
        if self.engine == "scripted" and self.script is None:
            raise ValueError("engine = scripted needs script, a JSON file of what it says")
        return self

    @model_validator(mode="after")
    def _has_signed_url(self) -> "Settings":
        if (self.twilio_url is None) != (self.twilio_auth_token is None):
            raise ValueError("twilio_url and twilio_auth_token check a signature together: set both or neither")
        return self

    @model_validator(mode="after")
    def _has_whole_key(self) -> "Settings":
        if len({value is None for value in (self.audiohook_url, self.audiohook_key, self.audiohook_secret)}) > 1:
            raise ValueError(
                "audiohook_url, audiohook_key, audiohook_secret check signatures together: set all or none"
            )
        return self

    @model_validator(mode="after")
    def _has_lines(self) -> "Settings":
        identities = [identity.get_secret_value() for line in self.audiosocket_lines for identity in line.values()]
        if (self.audiosocket_port is None) != (not identities):
            raise ValueError("audiosocket_port and audiosocket_lines belong together: set both or neither")
        if len(set(identities)) != len(identities):
            raise ValueError("audiosocket_lines has a UUID twice: each party of each line needs its own")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_path())


def config_path() -> Path:
    """The TOML file: `ASSIST_CONFIG`, else `assist.toml` in the user's configuration folder."""
    named = os.environ.get("ASSIST_CONFIG")
    if named and not Path(named).is_file():
        raise SettingsError(f"ASSIST_CONFIG: there is no file {named}")
    return Path(named) if named else user_config_path("assist") / "assist.toml"


def load(**overrides: Any) -> Settings:
    """The settings, with the command line's own on top. Raises SettingsError."""
    try:
        _refuse_unknown_environment()
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        faults = [f"{_place(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()]
        raise SettingsError("\n".join(faults)) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{config_path()}: not TOML: {error}") from None


def _place(location: tuple[int | str, ...]) -> str:
    if not location:
        return "settings"
    name = ".".join(map(str, location))
    variable = f"ASSIST_{name.upper()}"
    return variable if variable in os.environ else f"{name} (in {config_path()} or as {variable})"


def _refuse_unknown_environment() -> None:
    # A misspelt variable would otherwise be silently without effect.
    known = {f"ASSIST_{name.upper()}" for name in Settings.model_fields} | {"ASSIST_CONFIG", "ASSIST_DATA"}
    unknown = sorted(name for name in os.environ if name.startswith("ASSIST_") and name not in known)
    if unknown:
        raise SettingsError(f"{', '.join(unknown)}: no such setting; there are: {', '.join(sorted(known))}")
