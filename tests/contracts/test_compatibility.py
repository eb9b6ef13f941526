"""A published version can be changed in nothing that a reader or an old log relies on; each way to try is refused."""

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field, create_model

from contracts import example as examples
from contracts import publish
from contracts.catalogue import EVENTS
from contracts.compatibility import breaking_changes
from contracts.event_articles import articles_of
from contracts.example import example
from contracts.fact import Fact
from contracts.identifiers import OPEN, RESTRICTED
from contracts.schema import event_schema

LEAVE, SPOT_CHECK = "zhucun.attendance.LeaveGranted.v1", "zhucun.attendance.PersonSpotChecked.v1"


def data(schema: dict[str, Any]) -> dict[str, Any]:
    return dict(schema["properties"])["data"]  # type: ignore[no-any-return]  # JSON


def remove_field(schema: dict[str, Any]) -> None:
    del data(schema)["properties"]["granted_by"]
    data(schema)["required"].remove("granted_by")


def rename_hidden(schema: dict[str, Any]) -> None:
    hidden = data(schema)["x-disclosed"]
    hidden["sort"] = hidden.pop("kind")


def new_field(schema: dict[str, Any]) -> None:
    data(schema)["properties"]["remark"] = {"type": "string", "x-sensitivity": "open"}


def require(schema: dict[str, Any]) -> None:
    schema["required"].append("causationid")


def require_no_more(schema: dict[str, Any]) -> None:
    data(schema)["required"].remove("granted_by")


def narrow_type(schema: dict[str, Any]) -> None:
    data(schema)["properties"]["leave"]["type"] = "integer"


def narrow_pattern(schema: dict[str, Any]) -> None:
    data(schema)["properties"]["leave"]["pattern"] = "^[a-z]+$"


def narrow_bound(schema: dict[str, Any]) -> None:
    schema["properties"]["correlationid"]["maxLength"] = 12


def take_value(schema: dict[str, Any]) -> None:
    schema["$defs"]["Level"]["enum"].remove("township")


def add_value(schema: dict[str, Any]) -> None:
    schema["$defs"]["Level"]["enum"].append("province")


def other_title(schema: dict[str, Any]) -> None:
    schema["title"] = "zhucun.attendance.LeaveGiven.v1"


def other_class(schema: dict[str, Any]) -> None:
    data(schema)["properties"]["granted_by"]["x-sensitivity"] = "restricted"


def other_stream(schema: dict[str, Any]) -> None:
    schema["x-stream"] = "leave/{leave}"


BREAKS: dict[Callable[[dict[str, Any]], None], str] = {
    remove_field: "granted_by: the field was removed",
    rename_hidden: "kind: the field was removed",
    new_field: "remark: the field is new",
    require: "causationid: became required",
    require_no_more: "granted_by: is required no more",
    narrow_type: "leave: type 'string' became 'integer'",
    narrow_pattern: "leave: pattern",
    narrow_bound: "correlationid: maxLength 128 became 12 (narrower)",
    take_value: "the value 'township' was removed",
    add_value: "the value 'province' is new",
    other_title: "the title",
    other_class: "x-sensitivity 'open' became 'restricted'",
    other_stream: "x-stream",
}


@pytest.mark.parametrize(("damage", "sentence"), BREAKS.items(), ids=[damage.__name__ for damage in BREAKS])
def test_each_way_to_break_a_reader_is_named(damage: Callable[[dict[str, Any]], None], sentence: str) -> None:
    released = event_schema(LEAVE)
    now = copy.deepcopy(released)
    damage(now)
    changes = breaking_changes(released, now)
    assert [change for change in changes if sentence in change], changes


def test_there_is_a_published_set_to_compare_with() -> None:
    """What `make check` compares the classes with: schema and example of every event, as committed."""
    held = publish.frozen()
    assert len(held) > 2 * 200
    assert {f"{folder}/{name}.json" for folder in ("schemas", "examples") for name in EVENTS} <= held.keys()


@pytest.mark.parametrize(("damage", "sentence"), BREAKS.items(), ids=[damage.__name__ for damage in BREAKS])
def test_the_check_refuses_each_way_to_break_a_reader_of_the_published_set(
    damage: Callable[[dict[str, Any]], None], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `differences` asks about every file of the committed set, here about the one whose class was changed."""
    now = copy.deepcopy(event_schema(LEAVE))
    damage(now)
    monkeypatch.setattr(publish, "event_schema", lambda _: now)
    wrong = publish._broken(publish.FOLDER, f"schemas/{LEAVE}.json")
    assert {line.partition(": ")[0] for line in wrong} == {f"{LEAVE} was released and would break its readers"}
    assert [line for line in wrong if sentence in line], wrong


def test_the_check_asks_it_of_every_published_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "generated", lambda: {})
    monkeypatch.setattr(publish, "_broken", lambda _, path: [f"{path} was asked about"])
    asked = [line.partition(" ")[0] for line in publish.differences() if line.endswith("was asked about")]
    assert asked == sorted(publish.frozen())


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_what_stays_as_it_is_breaks_nobody(event_type: str) -> None:
    released = json.loads((publish.FOLDER / "schemas" / f"{event_type}.json").read_bytes())
    assert breaking_changes(released, event_schema(event_type)) == []


def test_words_may_be_improved() -> None:
    released = event_schema(LEAVE)
    now = copy.deepcopy(released) | {"description": "better words"}
    data(now)["properties"]["granted_by"]["description"] = "who granted it"
    assert breaking_changes(released, now) == []


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's files as if everything had been released."""
    folder = tmp_path_factory.mktemp("released")
    for name in publish.FOLDERS:
        shutil.copytree(publish.FOLDER / name, folder / name)
    shutil.copy(publish.FOLDER / publish.FROZEN, folder)
    publish.freeze(folder)
    return folder


def edited(event_type: str, **fields: Any) -> type[Fact]:
    """The event's class as somebody might edit it in place instead of making version 2."""
    cls = EVENTS[event_type]
    return create_model(cls.__name__, __base__=cls, __doc__=cls.__doc__, **fields)


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ({"check": (Annotated[int, Field(ge=0), OPEN], ...)}, "check: type 'string' became 'integer'"),
        ({"remark": (Annotated[str | None, OPEN], None)}, "remark: the field is new"),
        ({"remark": (Annotated[str, OPEN], ...)}, "remark: became required"),
        ({"finding": (Annotated[str, RESTRICTED], ...)}, "finding: the field was removed"),
    ],
)
def test_the_check_refuses_a_class_that_was_edited_after_its_release(
    release: Path, monkeypatch: pytest.MonkeyPatch, field: dict[str, Any], sentence: str
) -> None:
    before = example(SPOT_CHECK)
    monkeypatch.setitem(EVENTS, SPOT_CHECK, edited(SPOT_CHECK, **field))
    monkeypatch.setattr(publish, "generated", lambda: {})  # the released files are not what is asked here
    monkeypatch.setattr(publish, "example", lambda _: before)
    broken = [line for line in publish.differences(release) if f"{SPOT_CHECK} was released and would break" in line]
    assert [line for line in broken if sentence in line], broken


def test_the_check_refuses_an_article_that_was_exchanged(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = articles_of
    monkeypatch.setattr(examples, "articles_of", lambda name: ("20.4",) if name == LEAVE else real(name))
    (wrong,) = [line for line in publish.differences(release) if "was released under article" in line]
    assert wrong == f"{LEAVE} was released under article {real(LEAVE)[0]}, its example now says 20.4"


def test_the_check_refuses_a_released_example_that_is_no_longer_read(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = example(SPOT_CHECK)
    stricter = edited(SPOT_CHECK, check=(Annotated[str, Field(pattern="^[0-9]+$"), OPEN], ...))
    monkeypatch.setitem(EVENTS, SPOT_CHECK, stricter)
    monkeypatch.setattr(publish, "generated", lambda: {})
    monkeypatch.setattr(publish, "example", lambda _: before)
    assert f"examples/{SPOT_CHECK}.json was released and is no longer read" in "\n".join(publish.differences(release))


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The published draft of a package with two events."""
    monkeypatch.setattr(publish, "EVENTS", {name: EVENTS[name] for name in (LEAVE, SPOT_CHECK)})
    monkeypatch.setattr(publish, "documents", dict)
    monkeypatch.setattr(publish, "page", str)
    for name in publish.FOLDERS:
        (tmp_path / name).mkdir()
    (tmp_path / publish.FROZEN).write_text(publish.DRAFT)
    publish.write(tmp_path)
    publish.freeze(tmp_path)
    return tmp_path


def other_schema(event_type: str) -> dict[str, Any]:
    """Leave is granted in another stream; all else is as it was."""
    return event_schema(event_type) | ({"x-stream": "leave/{leave}"} if event_type == LEAVE else {})


def test_before_the_first_release_a_correction_is_written_down(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = publish.frozen(draft)
    assert len(before) >= 4
    monkeypatch.setattr(publish, "event_schema", other_schema)
    assert publish.is_draft(draft)
    assert publish.differences(draft) != []
    with pytest.raises(SystemExit, match="why"):
        publish.correct(" ", draft)
    assert publish.frozen(draft) == before
    assert publish.correct("the stream was named wrongly", draft) == [LEAVE]
    assert publish.differences(draft) == []
    kept = (draft / publish.CORRECTIONS).read_text("utf-8")
    assert kept == f"{LEAVE} | {before[f'schemas/{LEAVE}.json']} | the stream was named wrongly\n"
    changed = {path for path, digest in publish.frozen(draft).items() if before[path] != digest}
    assert changed == {f"schemas/{LEAVE}.json"}


def test_after_the_first_release_nothing_is_corrected(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish.release(draft)
    assert not publish.is_draft(draft)
    monkeypatch.setattr(publish, "event_schema", other_schema)
    with pytest.raises(SystemExit, match="new version"):
        publish.correct("the stream was named wrongly", draft)
