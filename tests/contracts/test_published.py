"""Schemas and examples: committed equals generated, examples fit their schema, what was released never changes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from contracts import canonical, disclosure, envelope, publish
from contracts.catalogue import EVENTS, read_fact
from contracts.fact import Fact

EXAMPLES, SCHEMAS = publish.FOLDER / "examples", publish.FOLDER / "schemas"
COMMITTED = sorted(path.stem for path in EXAMPLES.glob("*.json") if not path.stem.endswith(".disclosures"))


def schema_of(event_type: str) -> dict[str, Any]:
    return dict(json.loads((SCHEMAS / f"{event_type}.json").read_bytes()))


def texts_of(event_type: str) -> dict[str, str]:
    path = EXAMPLES / f"{event_type}.disclosures.json"
    texts = json.loads(path.read_bytes()) if path.exists() else []
    return {disclosure.digest_of(text): text for text in texts}


def fits(schema: dict[str, Any], value: Any) -> bool:
    return bool(Draft202012Validator(schema, format_checker=FormatChecker()).is_valid(value))


def test_the_committed_files_are_those_of_the_event_classes() -> None:
    assert publish.differences() == []


def test_every_event_version_has_an_example() -> None:
    assert set(EVENTS) <= set(COMMITTED)


@pytest.mark.parametrize("event_type", COMMITTED)
def test_an_example_is_read_and_written_byte_for_byte(event_type: str) -> None:
    body = (EXAMPLES / f"{event_type}.json").read_bytes()
    read = envelope.decode(body)
    assert read.type == event_type
    assert canonical.encode(canonical.decode(body)) == body
    texts = texts_of(event_type)
    assert type(publish.read_example(publish.FOLDER, event_type)) is EVENTS[event_type]
    assert set(texts) == set(read.data.get(disclosure.SD, []))
    opened = disclosure.reveal(read.data, texts)
    again = read_fact(event_type, opened).model_dump(mode="json", exclude_none=True)
    assert canonical.encode(again) == canonical.encode(opened)


@pytest.mark.parametrize("event_type", COMMITTED)
def test_an_example_fits_its_schema_and_damaged_ones_do_not(event_type: str) -> None:
    schema = schema_of(event_type)
    Draft202012Validator.check_schema(schema)
    event = json.loads((EXAMPLES / f"{event_type}.json").read_bytes())
    assert fits(schema, event)
    assert not fits(schema, event | {"type": "zhucun.attendance.Unknown.v1"})
    assert not fits(schema, event | {"unknown": 1})
    assert not fits(schema, event | {"recordedtime": "2017-05-12"})
    assert not fits(schema, event | {"version": event["version"] % 2 + 1})
    assert not fits(schema, event | {"data": event["data"] | {"unknown": 1}})
    assert not fits(schema, event | {"data": {key: value for key, value in event["data"].items() if key != "actor"}})


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_a_schema_shows_the_class_of_every_member(event_type: str) -> None:
    cls: type[Fact] = EVENTS[event_type]
    data = schema_of(event_type)["properties"]["data"]
    shown = {name: member for name, member in data["properties"].items() if name != disclosure.SD}
    hidden = data.get("x-disclosed", {})
    assert shown.keys() | hidden.keys() == cls.model_fields.keys()
    for name, member in (shown | hidden).items():
        assert member["x-sensitivity"] == cls.sensitivity(name).value
    assert {member["x-sensitivity"] for member in shown.values()} == {"open"}
    assert {member["x-sensitivity"] for member in hidden.values()} <= {"restricted", "erasable"}


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_what_a_disclosure_opens_fits_the_schema_too(event_type: str) -> None:
    schema = schema_of(event_type)
    hidden = schema["properties"]["data"].get("x-disclosed", {})
    opened = [disclosure.read(text) for text in texts_of(event_type).values()]
    assert {name for name, _ in opened} == hidden.keys()
    for name, value in opened:
        assert fits({"$defs": schema.get("$defs", {})} | hidden[name], value)


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A copy of the package's files in which everything was released."""
    for name in publish.FOLDERS:
        shutil.copytree(publish.FOLDER / name, tmp_path / name)
    shutil.copy(publish.FOLDER / publish.FROZEN, tmp_path)
    publish.freeze(tmp_path)
    return tmp_path


def edited(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"530113", b"530114"))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [(edited, "was released and has been edited"), (Path.unlink, "was released and is gone")],
)
def test_a_released_file_can_never_be_changed(released: Path, damage: Callable[[Path], None], sentence: str) -> None:
    path = released / "examples" / "zhucun.attendance.CheckedIn.v1.json"
    assert publish.differences(released) == []
    damage(path)
    assert publish.differences(released) == [f"examples/{path.name} {sentence}"]
    publish.write(released)
    assert publish.differences(released) == [f"examples/{path.name} {sentence}"]
    with pytest.raises(SystemExit):
        publish.freeze(released)


def test_the_class_of_a_released_version_stays(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = {name: cls for name, cls in EVENTS.items() if name != "zhucun.attendance.CheckedIn.v1"}
    monkeypatch.setattr(publish, "EVENTS", left)
    publish.write(released)
    assert (released / "examples" / "zhucun.attendance.CheckedIn.v1.json").exists()
    assert publish.differences(released) == [
        f"{folder}/zhucun.attendance.CheckedIn.v1.json was released and no class is left for it:"
        " the class of a released version stays"
        for folder in ("examples", "schemas")
    ]


def test_before_a_release_files_are_corrected_by_writing(tmp_path: Path) -> None:
    for name in publish.FOLDERS:
        (tmp_path / name).mkdir()
    (tmp_path / publish.FROZEN).touch()
    assert len(publish.differences(tmp_path)) == len(publish.generated())
    publish.write(tmp_path)
    assert publish.differences(tmp_path) == []
    edited(tmp_path / "examples" / "zhucun.attendance.CheckedIn.v1.json")
    (tmp_path / "examples" / "left-over.json").touch()
    assert len(publish.differences(tmp_path)) == 2
    publish.write(tmp_path)
    assert publish.differences(tmp_path) == []
