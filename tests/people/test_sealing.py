"""What is sealed cannot be read without the key, nor changed unseen."""

from collections.abc import Iterator

import pytest

from eldercampus.errors import DomainError
from eldercampus.people.sealing import keyed_hash, seal, unseal, use_key
from tests.conftest import KEY

NUMBER = "33021319520327123X"


@pytest.fixture(autouse=True)
def _the_tests_key_again() -> Iterator[None]:
    use_key(KEY)
    yield
    use_key(KEY)


def test_sealed_and_unsealed() -> None:
    sealed = seal(NUMBER)
    assert unseal(sealed) == NUMBER.encode()
    assert NUMBER.encode() not in sealed
    assert seal(NUMBER) != sealed
    assert unseal(seal(b"\x00\xff")) == b"\x00\xff"


@pytest.mark.parametrize("place", [0, 1, 12, 13, -1])
def test_a_changed_value_is_refused(place: int) -> None:
    broken = bytearray(seal(NUMBER))
    broken[place] ^= 1
    with pytest.raises(DomainError, match="seal_broken"):
        unseal(bytes(broken))


def test_another_key_opens_nothing_and_finds_nothing() -> None:
    sealed, known = seal(NUMBER), keyed_hash(NUMBER)
    use_key("another key, as long as the first one is")
    assert keyed_hash(NUMBER) != known
    with pytest.raises(DomainError, match="seal_broken"):
        unseal(sealed)


def test_equal_texts_are_found_again() -> None:
    assert keyed_hash(NUMBER) == keyed_hash(NUMBER)
    assert keyed_hash(NUMBER) != keyed_hash(NUMBER[:-1] + "0")
    assert len(keyed_hash("")) == 64
