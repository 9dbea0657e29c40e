"""Settings -> the server's door, and tokens that open it."""

import secrets
import ssl
import time

from assist.settings import Settings
from assist.settings_places import SettingsError
from streaming.crowd import Most
from streaming.door import AUDIENCE, Door
from streaming.tokens import Grant, Role, sign


def door_of(settings: Settings) -> Door:
    """Where the server listens, and for whom. Raises SettingsError where certificate or key cannot be read."""
    most = Most(settings.max_connections, settings.connections_per_address)
    if settings.is_private:
        return Door(settings.host, settings.port, most=most)
    return Door(
        host=settings.host,
        port=settings.port,
        tls=_tls(settings),
        key=_key(settings),
        origins=frozenset(settings.origins),
        is_behind_proxy=settings.behind_proxy,
        most=most,
    )


def token_for(settings: Settings, role: Role, call: str | None, begin_within_s: float, for_s: float) -> str:
    """A token to begin with soon; its bearer may go on `for_s`, by renewing it. Raises SettingsError."""
    now_s = time.time()
    begins_s = now_s + begin_within_s
    return sign(Grant(role, call, AUDIENCE, begins_s, max(begins_s, now_s + for_s)), _key(settings))


def link_key(settings: Settings) -> bytes:
    """What links to watch a call are signed with: good at every server that has `token_key`, else at this one alone."""
    return secrets.token_bytes(32) if settings.token_key is None else _key(settings)


def _key(settings: Settings) -> bytes:
    if settings.token_key is None:
        raise SettingsError("token_key is not set: tokens are signed with it (`openssl rand -base64 32` makes one)")
    return settings.token_key.get_secret_value().encode()


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except OSError as error:  # ssl.SSLError is one
        raise SettingsError(
            f"tls_cert {settings.tls_cert} with tls_key {settings.tls_key} cannot be used: "
            f"{error.strerror or error}; both must be PEM files, the key without a passphrase and of that certificate"
        ) from None
    return context
