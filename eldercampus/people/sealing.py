"""Sealing what nobody may read in the database: identity numbers, secrets; hashes for look-up.

One key for the deployment (SEALING_KEY). Two keys are derived from it, so that the look-up column
tells nothing about the sealed one. A sealed value is one byte of version, a nonce of 12 bytes, and
AES-256-GCM with its tag.
"""

import hmac
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from eldercampus.errors import DomainError

_VERSION = b"\x01"
_NONCE = 12
_keys: dict[str, bytes] = {}


def use_key(key: str) -> None:
    """Takes the deployment's key; called once, when the application is made."""
    for purpose in ("seal", "look-up"):
        derive = HKDF(
            algorithm=SHA256(), length=32, salt=None, info=f"eldercampus {purpose}".encode()
        )
        _keys[purpose] = derive.derive(key.encode())


def _key(purpose: str) -> bytes:
    if purpose not in _keys:
        raise RuntimeError("use_key() was not called")
    return _keys[purpose]


def seal(text: str | bytes) -> bytes:
    """Encrypts; the same text gives another value each time."""
    nonce = secrets.token_bytes(_NONCE)
    plain = text.encode() if isinstance(text, str) else text
    return _VERSION + nonce + AESGCM(_key("seal")).encrypt(nonce, plain, _VERSION)


def unseal(sealed: bytes) -> bytes:
    """The bytes that were sealed; raises seal_broken for another key or a changed value."""
    version, nonce, rest = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        if version != _VERSION:
            raise InvalidTag
        return AESGCM(_key("seal")).decrypt(nonce, rest, version)
    except (InvalidTag, ValueError):
        raise DomainError("seal_broken") from None


def keyed_hash(text: str) -> str:
    """64 hex digits that find equal texts again, useless to anybody without the key."""
    return hmac.new(_key("look-up"), text.encode(), sha256).hexdigest()
