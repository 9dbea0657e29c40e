"""The cipher that calls are encrypted with on the disk: AES-256-GCM (NIST SP 800-38D), keys by HKDF (RFC 5869).

Imported only where a key is set. Each writer of a file has a key of their own, so that the number of a record can be
its nonce: none comes twice under one key, however often and by how many processes calls are written.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assist.encrypted import KEY_ID_BYTES, SECRET_BYTES, Header, Record, RecordBroken, secrets_in

NONCE_BYTES = 12
WRITERS_KEPT = 256
"""Keys of writers that are not made anew for each record: of all calls that run, and some that are read."""


class AesKey:
    """One key of the operator's: 32 random bytes."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._id = self._derived(KEY_ID_BYTES, None, b"live-call-assist: id of a key")
        self._cipher = lru_cache(maxsize=WRITERS_KEPT)(self._cipher_of)

    @property
    def id(self) -> bytes:
        """As the contract has it."""
        return self._id

    def encrypt(self, header: Header, place: str, plain: bytes) -> bytes:
        """As the contract has it."""
        clear = header.encoded()
        return clear + self._cipher(header.writer).encrypt(_nonce(header.number), plain, clear + place.encode())

    def decrypt(self, record: Record, place: str) -> bytes:
        """As the contract has it."""
        cipher, vouched = self._cipher(record.header.writer), record.clear + place.encode()
        try:
            return cipher.decrypt(_nonce(record.header.number), record.sealed, vouched)
        except InvalidTag:
            raise RecordBroken from None

    def _cipher_of(self, writer: bytes) -> AESGCM:
        return AESGCM(self._derived(SECRET_BYTES, writer, b"live-call-assist: key of a writer"))

    def _derived(self, length: int, salt: bytes | None, info: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(self._secret)


def keys_of(text: str) -> tuple[AesKey, ...]:
    """The keys as they are set; raises ValueError."""
    return tuple(map(AesKey, secrets_in(text)))


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES)
