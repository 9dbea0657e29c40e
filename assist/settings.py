"""Environment and TOML -> one frozen object, every fault told at once. Nothing else reads either."""

import base64
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, Secret, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assist.consent import Policy
from assist.encrypted import secrets_in
from assist.logs import Level
from assist.settings_places import SettingsError, config_path, place_of, refuse_unknown_environment, settings_dir
from assist.webhook import secret_of
from streaming.types import Speaker

LEAST_KEY = 32
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Line = dict[Speaker, Secret[UUID]]
"""Whose connection begins with which UUID, of those that feed one call."""


class Settings(BaseSettings):
    """Each field may stand in the environment as `ASSIST_<FIELD>` or in the TOML file; the environment wins."""

    model_config = SettingsConfigDict(env_prefix="ASSIST_", extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", min_length=1, description="address to serve on")
    port: int = Field(8765, ge=0, le=65535, description="port to serve on; 0 takes a free one")
    tls_cert: Path | None = Field(None, description="certificate chain (PEM) for an address that others can reach")
    tls_key: Path | None = Field(None, description="its private key (PEM)")
    behind_proxy: bool = Field(False, description="a proxy ends TLS and tells each client in X-Forwarded-For")
    token_key: SecretStr | None = Field(None, description="what tokens are signed with, 32 characters or more")
    origins: tuple[str, ...] = Field((), description="where the pages are, such as https://assist.example.com")
    max_connections: int = Field(2000, ge=1, description="connections at once, half-open ones too, once TLS is agreed")
    connections_per_address: int = Field(600, ge=1, description="of those from one address")
    model: str = Field("tiny.en", description="model name, a folder, or owner/name on a model hub")
    final_model: str | None = Field(None, description="a larger model for the final words, such as base")
    engine: Literal["whisper", "scripted"] = Field("whisper", description="`scripted` is for tests")
    script: Path | None = Field(None, description="what the scripted engine says")
    device: Literal["cpu", "cuda"] = Field("cpu", description="where the model runs")
    # Passes side by side on a thread each carry twice the calls of one pass after the other on all threads.
    workers: int = Field(
        default_factory=lambda: min(16, os.cpu_count() or 1), ge=1, le=16, description="passes under way at once"
    )
    threads: int = Field(1, ge=1, le=64, description="processor threads of a pass, beyond the first shared by all")
    max_calls: int = Field(15, ge=1, description="calls at once; one more is refused")
    resume_s: float = Field(30, ge=0, le=3600, description="seconds that a call waits for its source after a cut")
    drain_s: float = Field(25, ge=0, le=3600, description="seconds that calls may go on for once SIGTERM was received")
    redis_url: SecretStr | None = Field(None, description="redis:// address that several servers share; none for one")
    playbook: Path | None = Field(None, description="a team's playbook (TOML), laid over the bundled one")
    consent: Policy = Field("unless_refused", description="when a call is kept: unless_refused, or once_announced")
    view_link_s: float = Field(3_600, gt=0, le=86_400, description="seconds that a link to watch a call holds")
    practice_dir: Path | None = Field(None, description="a team's own practice scenarios, a folder each")
    journal_dir: Path = Field(
        default_factory=lambda: user_data_path("assist") / "calls", description="one file of events a call goes here"
    )
    encryption_keys: SecretStr | None = Field(
        None, description="what calls are encrypted with on the disk, newest first"
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
    webhook_url: str | None = Field(None, description="the https:// address that is told of each call at its end")
    webhook_secret: SecretStr | None = Field(None, description="whsec_ and base64: what that is signed with")
    webhook_internal: bool = Field(False, description="that address may be one of your own network, and http://")
    log_level: Level = Field("warning", description="debug, info, warning or error")
    log_json: bool = Field(False, description="log lines as JSON")

    @field_validator("token_key")
    @classmethod
    def _is_long(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value()) < LEAST_KEY:
            raise ValueError(f"must have {LEAST_KEY} characters or more (`openssl rand -base64 32` makes one)")
        return key

    @field_validator("encryption_keys")
    @classmethod
    def _are_keys(cls, keys: SecretStr | None) -> SecretStr | None:
        try:
            secrets_in(keys.get_secret_value()) if keys else None
        except ValueError:
            raise ValueError("must be 32 bytes in base64 each, the newest first (`openssl rand -base64 32`)") from None
        return keys

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not re.fullmatch(r"https://[a-z0-9.-]+(:\d{1,5})?", origin):
                raise ValueError(f"{origin!r} must be scheme and host alone, such as https://assist.example.com")
        return origins

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

    @model_validator(mode="after")
    def _has_whole_webhook(self) -> "Settings":
        if (self.webhook_url is None) != (self.webhook_secret is None):
            raise ValueError("webhook_url and webhook_secret belong together: set both or neither")
        scheme = "https?" if self.webhook_internal else "https"
        if self.webhook_url is not None and not re.fullmatch(rf"{scheme}://[^/\s@]+(/\S*)?", self.webhook_url):
            raise ValueError("webhook_url must be an https:// address (http:// only with webhook_internal)")
        return self

    @field_validator("webhook_secret")
    @classmethod
    def _is_webhook_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        try:
            secret_of(secret.get_secret_value()) if secret else None
        except ValueError:
            raise ValueError("must be whsec_ and 24 to 64 bytes in base64 (`openssl rand -base64 32`)") from None
        return secret

    @property
    def is_private(self) -> bool:
        """Whether only this machine reaches the server: then no token is asked for."""
        return self.host in LOOPBACK and not self.behind_proxy

    @model_validator(mode="after")
    def _is_guarded(self) -> "Settings":
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key belong together: set both or neither")
        if self.is_private:
            return self
        missing = [
            "tls_cert and tls_key (or behind_proxy = true, where a proxy ends TLS)"
            if self.tls_cert is None and not self.behind_proxy
            else "",
            "token_key (`openssl rand -base64 32` makes one)" if self.token_key is None else "",
            "origins (the address of the pages, such as https://assist.example.com)" if not self.origins else "",
        ]
        if any(missing):
            raise ValueError(f"others can reach host {self.host}: it needs {'; '.join(filter(None, missing))}")
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
        """Arguments, then environment, then the folder of files, then the file of all."""
        files = SecretsSettingsSource(settings_cls, settings_dir())
        return init_settings, env_settings, files, TomlConfigSettingsSource(settings_cls, config_path())


def load(**overrides: Any) -> Settings:
    """The settings, with the command line's own on top. Raises SettingsError."""
    try:
        refuse_unknown_environment(Settings.model_fields)
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        faults = [f"{place_of(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()]
        raise SettingsError("\n".join(faults)) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{config_path()}: not TOML: {error}") from None
