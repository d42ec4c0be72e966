"""The published test vector of the lottery, in both implementations."""

import hmac

import pytest

from eldercampus.allocation import lottery, verify

ROSTER = ["L-0042", "L-0001", "L-0100", "L-0007"]
SECRET = bytes.fromhex("00112233445566778899aabbccddeeff" * 2)
COMMIT = "4773d12e2371bb935b9a0f5439b4a1c3ad3f2414b86980f8418d1cfabdfadfef"
ROSTER_SHA256 = "36c52df8c39cc66e95bfe5a38fbeb9ef1a0c13c499dbc5916a43fa00c5e6ab99"
BEACON_SHA256 = "2ea72654b10d6ce1f24de6d7871bbcf9b35575997eb25f870b435adf2dab31bc"
SEED = "5088bb14503d83515015af8b2cdd724c8bee2f3c9b89e45a0c0a604209eb814f"


def test_the_fingerprints_of_secret_and_roster() -> None:
    assert lottery.commit(SECRET) == COMMIT
    assert lottery.roster_sha256(ROSTER) == ROSTER_SHA256


def test_the_beacon_is_taken_without_the_white_space_around_it() -> None:
    assert lottery.beacon_sha256(" 双色球 07\r\n") == lottery.beacon_sha256("双色球 07")
    assert lottery.beacon_sha256("双色球 07") != lottery.beacon_sha256("双色球07")


def test_the_seed_is_stirred_from_all_four(monkeypatch: pytest.MonkeyPatch) -> None:
    # The vector gives the beacon's fingerprint, not its text.
    monkeypatch.setattr(lottery, "beacon_sha256", lambda _text: BEACON_SHA256)
    assert lottery.seed("2026-spring", ROSTER, SECRET, "any") == SEED


def test_the_numbers_give_the_order_of_the_draw() -> None:
    numbers = {name: lottery.number(SEED, name) for name in ROSTER}
    assert {name: drawn[:8] for name, drawn in numbers.items()} == {
        "L-0100": "0fabbcbc",
        "L-0007": "6a98c134",
        "L-0042": "796a26b0",
        "L-0001": "b18a1023",
    }
    assert sorted(ROSTER, key=numbers.__getitem__) == ["L-0100", "L-0007", "L-0042", "L-0001"]


@pytest.mark.parametrize("key", [b"", b"k", SECRET, bytes(range(64))])
def test_many_macs_under_one_key_are_those_of_the_standard_library(key: bytes) -> None:
    mac = lottery.hmac_under(key)
    for text in ("", "L-0007", "双" * 100):
        assert mac(text) == hmac.digest(key, text.encode(), "sha256").hex()
    assert lottery.numbers(SEED, ROSTER) == [lottery.number(SEED, name) for name in ROSTER]


def test_the_checker_counts_alike() -> None:
    secret, beacon = SECRET.hex(), " 03 07 12 19 25 31 + 08\n"
    assert verify.seed_of("2026-spring", ROSTER, secret, beacon) == lottery.seed(
        "2026-spring", ROSTER, SECRET, beacon
    )
    assert verify.number(SEED, "L-0007") == lottery.number(SEED, "L-0007")
