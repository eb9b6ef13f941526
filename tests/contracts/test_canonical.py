"""Canonical bytes: equal to RFC 8785 inside the profile, refused outside it."""

import json
import unicodedata
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from contracts import canonical
from contracts.canonical import MAX_DEPTH, NotCanonicalError
from contracts.envelope import written
from contracts.identifiers import MAX_INTEGER

SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(max_size=20)
KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=25
)


@given(VALUES)
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    data = canonical.encode(value)
    assert data == rfc8785.dumps(value)
    assert canonical.decode(data) == value


@given(VALUES)
def test_the_writer_of_events_writes_the_same_bytes(value: Any) -> None:
    assert to_json(canonical.ordered(value)) == canonical.encode(value)


@given(st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010), min_size=1, max_size=3))
def test_both_writers_refuse_the_same_surrogates(text: str) -> None:
    try:
        data = canonical.encode({"a": text})
    except NotCanonicalError:
        with pytest.raises(NotCanonicalError):
            written({"a": text})
    else:
        assert written({"a": text}) == data


@given(VALUES)
def test_any_other_spelling_of_the_same_value_is_refused(value: Any) -> None:
    data = canonical.encode(value)
    for other in (json.dumps(value, indent=1), json.dumps(value), json.dumps(value, ensure_ascii=False)):
        if other.encode("utf-8", "surrogatepass") != data:
            with pytest.raises(NotCanonicalError):
                canonical.decode(other.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=60))
def test_no_bytes_whatever_break_the_reader(data: bytes) -> None:
    try:
        value = canonical.decode(data)
    except NotCanonicalError:
        return
    assert canonical.encode(value) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"b":1}}',
        b"1.0",
        b"1.5",
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"-9007199254740992",
        b"9" * 5_000,
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b" 1",
        b"1\n",
        b'"\\ud800"',
        b'"\\u4e2d"',
        b'"\\/"',
        b'"\x80"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf1",
        b'{"\xe4\xb8\xad":1}',
        b"[1,]",
        b"[" * 100_000,
        b"[" * 900 + b"]" * 900,
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ],
)
def test_bytes_outside_the_profile_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        canonical.decode(data)


@pytest.mark.parametrize(
    "value", [1.0, 2**53, {"中": 1}, {1: 1}, {1: 1, "a": 1}, "\ud800", (1,), b"x", {"a": {1}}, object()]
)
def test_values_outside_the_profile_are_refused(value: Any) -> None:
    with pytest.raises(NotCanonicalError):
        canonical.encode(value)


def test_nesting_up_to_the_limit_is_read() -> None:
    data = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert canonical.encode(canonical.decode(data)) == data


@pytest.mark.parametrize("name", ["\ufa1e", "\uf900", "e\u0301", "\u00e9", "\U0002f800"])
def test_chinese_and_other_text_is_never_normalised(name: str) -> None:
    data = canonical.encode({"name": name})
    assert canonical.decode(data) == {"name": name}
    assert name.encode() in data
    assert {form for form in ("NFC", "NFD") if unicodedata.normalize(form, name) != name} or name == "\ufa1e"
