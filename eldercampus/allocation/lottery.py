"""The lottery that anyone can check (docs/checking-a-draw.md, "Where the numbers come from").

All hexadecimal text is lower case. Nothing here draws a random number: the secret comes from
the caller, so that the same arguments always give the same answer.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable

_PREFIX = "eldercampus/lottery/v1"


def commit(secret: bytes) -> str:
    """The fingerprint of the secret, published before anyone applies: 64 hex digits."""
    return hashlib.sha256(secret).hexdigest()


def roster_sha256(learner_ids: Iterable[str]) -> str:
    """The fingerprint of who takes part: SHA-256 of the sorted ids, each followed by LF."""
    lines = "".join(f"{learner}\n" for learner in sorted(learner_ids))
    return hashlib.sha256(lines.encode()).hexdigest()


def beacon_sha256(text: str) -> str:
    """The fingerprint of the public value nobody could know when the round was frozen."""
    return hashlib.sha256(text.strip().encode()).hexdigest()


def seed(round_id: str, learner_ids: Iterable[str], secret: bytes, beacon: str) -> str:
    """The seed of a round, 64 hex digits, from its name, its roster, the secret and the beacon."""
    parts = (
        _PREFIX,
        round_id,
        roster_sha256(learner_ids),
        secret.hex(),
        beacon_sha256(beacon),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def number(seed_hex: str, learner_id: str) -> str:
    """A learner's draw number, 64 hex digits; as text they sort exactly as the bytes do."""
    return hmac.digest(bytes.fromhex(seed_hex), learner_id.encode(), "sha256").hex()


def numbers(seed_hex: str, learner_ids: Iterable[str]) -> list[str]:
    """The same for many."""
    return list(map(hmac_under(bytes.fromhex(seed_hex)), learner_ids))


def hmac_under(key: bytes) -> Callable[[str], str]:
    """HMAC-SHA-256 (RFC 2104) of texts under a key of at most 64 bytes, in hex.

    What the key contributes is worked out once: for many texts a third of the time of `hmac`.
    """
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def mac(text: str) -> str:
        first, second = inner.copy(), outer.copy()
        first.update(text.encode())
        second.update(first.digest())
        return second.hexdigest()

    return mac
