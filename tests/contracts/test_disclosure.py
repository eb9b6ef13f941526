"""What stands behind a digest opens with its own disclosure only."""

import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import disclosure

NAMES = st.sampled_from(["reason", "kind", "name", "finding", "person", "date"])
DATA = st.dictionaries(NAMES, st.text(max_size=20) | st.integers() | st.booleans() | st.lists(st.text(max_size=4)))


def salt() -> bytes:
    return secrets.token_bytes(16)


@given(DATA, st.sets(NAMES))
def test_what_is_concealed_is_revealed_whole(data: dict[str, Any], hidden: set[str]) -> None:
    shown, texts = disclosure.conceal(data, hidden, salt)
    assert not hidden & shown.keys()
    assert len(texts) == len(hidden & data.keys()) == len(shown.get(disclosure.SD, []))
    by_digest = {disclosure.digest_of(text): text for text in texts}
    assert disclosure.reveal(shown, by_digest) == data
    assert disclosure.reveal(shown, {}) == {name: value for name, value in data.items() if name not in hidden}


def test_an_event_without_sensitive_members_has_no_digests() -> None:
    assert disclosure.conceal({"person": "P000101"}, {"reason"}, salt) == ({"person": "P000101"}, [])


def test_the_same_value_twice_has_two_digests() -> None:
    digests = {disclosure.digest_of(disclosure.disclosure(salt(), "reason", "病假")) for _ in range(20)}
    assert len(digests) == 20


def test_the_digest_is_that_of_rfc_9901() -> None:
    # RFC 9901, section 4.2.3: the disclosure of family_name and its digest.
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert disclosure.digest_of(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert disclosure.read(text) == ("family_name", "Möbius")


def test_a_foreign_text_under_a_known_digest_is_refused() -> None:
    shown, (text,) = disclosure.conceal({"days": 31}, {"days"}, salt)
    forged = disclosure.disclosure(salt(), "days", 30)
    with pytest.raises(ValueError, match="does not belong"):
        disclosure.reveal(shown, {disclosure.digest_of(text): forged})


@pytest.mark.parametrize("name", ["person", "_sd"])
def test_a_disclosure_cannot_overwrite_what_stands_open(name: str) -> None:
    text = disclosure.disclosure(salt(), name, "P999999")
    digest = disclosure.digest_of(text)
    with pytest.raises(ValueError, match="overwrite"):
        disclosure.reveal({"person": "P000101", "_sd": [digest]}, {digest: text})


@pytest.mark.parametrize("text", ["", "x", "bm90IGpzb24", "W10", "WzEsMiwzXQ", "中", "e30"])
def test_a_malformed_disclosure_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        disclosure.read(text)


def test_a_salt_has_128_bits() -> None:
    with pytest.raises(ValueError, match="128"):
        disclosure.disclosure(b"short", "reason", "x")
