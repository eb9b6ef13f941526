"""What an inbox takes for an event: bytes in the one canonical form, as `contracts.canonical` has it, and no others."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import canonical
from services.ledger.admission import Source, read_body

SOURCE = Source("attendance", "zhucun.test/attendance", ())
EVENT: dict[str, Any] = {
    "data": {},
    "id": "00000000-0000-4000-8000-000000000001",
    "origin": SOURCE.origin,
    "recordedtime": "2017-12-01T12:00:00.000000Z",
    "source": "/zhucun/attendance",
    "stream": "attendance/P1/2017",
    "type": "zhucun.attendance.CheckedIn.v1",
    "version": 1,
}

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_names = st.text(st.characters(max_codepoint=127, exclude_categories=["Cc"]), max_size=4)
_scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _text
_values = st.recursive(_scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3))
_data = st.dictionaries(_names, _values, max_size=4)


def taken(body: bytes) -> bool:
    """Whether the inbox takes the bytes for an event."""
    try:
        read_body(SOURCE, 0, body)
    except ValueError:
        return False
    return True


@given(_data)
def test_canonical_bytes_are_taken_and_read_as_they_were_written(data: dict[str, Any]) -> None:
    body = canonical.encode({**EVENT, "data": data})
    assert read_body(SOURCE, 0, body).event.data == data


@given(_data, st.booleans(), st.booleans(), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_any_other_form_of_the_same_value_is_refused(
    data: dict[str, Any], backwards: bool, ascii_only: bool, separators: tuple[str, str]
) -> None:
    event = dict(sorted({**EVENT, "data": data}.items(), reverse=backwards))
    body = json.dumps(event, ensure_ascii=ascii_only, separators=separators).encode()
    assert taken(body) == (body == canonical.encode(event))


@pytest.mark.parametrize(
    "value", ["1.0", "1e2", "-0", "-0.0", "NaN", "Infinity", '"\\u0041"', '"\\/"', '"\\ud800"', '{"a":1,"a":1}', "01"]
)
def test_what_two_readers_could_read_differently_is_refused(value: str) -> None:
    body = canonical.encode({**EVENT, "data": {"n": 7}})
    assert taken(body)
    assert not taken(body.replace(b'"n":7', b'"n":' + value.encode()))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b"\xff", b"[" * 10_000, b'{"a":' * 10_000])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    assert not taken(body)
