"""`python -m contracts.publish write|check|freeze|correct|release`: committed schemas, examples, documents about them.

write    generates every file that is not frozen
check    refuses (exit code 1) when a committed file is missing, left over, or differs from what the classes give
freeze   records the digests of all files not yet recorded in `frozen.txt`: from then on these versions are published
correct WORDS…  before the first release tag only: what a class gives now takes the place of what was frozen, and
         `corrections.txt` keeps why (WORDS), with the digest of each schema that was given up
release  at the first release tag: freezes, and nothing is corrected any more

What is frozen was published: it is compared with its digest and never written again. A change of an event after that is
a new version with files of its own; the class of a published version stays, reads the published example, and gives no
schema that would break a reader of the published one (`compatibility.py`). The documents in `asyncapi` grow with every
event and are never frozen: each names the versions that it is about.
"""

import hashlib
import json
import sys
from pathlib import Path

from contracts import canonical, disclosure, envelope
from contracts.asyncapi_documents import documents
from contracts.catalogue import EVENTS, read_fact
from contracts.compatibility import breaking_changes
from contracts.events_page import page
from contracts.example import example
from contracts.fact import Fact
from contracts.schema import event_schema

FOLDER = Path(__file__).parent
FROZEN = "frozen.txt"
CORRECTIONS = "corrections.txt"
DRAFT = "# 0.1 draft: until the first release tag a version here may be corrected, never silently (corrections.txt).\n"
FOLDERS = ("schemas", "examples", "asyncapi")


def generated() -> dict[str, bytes]:
    """Every file that the event classes give: path inside this package -> bytes."""
    files: dict[str, bytes] = {}
    for event_type in EVENTS:
        schema = json.dumps(event_schema(event_type), ensure_ascii=False, indent=2) + "\n"
        files[f"schemas/{event_type}.json"] = schema.encode("utf-8")
        event = example(event_type)
        files[f"examples/{event_type}.json"] = event.body
        if event.disclosures:
            files[f"examples/{event_type}.disclosures.json"] = canonical.encode(list(event.disclosures))
    for service, document in documents().items():
        files[f"asyncapi/{service}.json"] = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    files["asyncapi/events.html"] = page().encode("utf-8")
    return files


def frozen(folder: Path = FOLDER) -> dict[str, str]:
    """Path -> SHA-256 of each released file; the form is that of `sha256sum`."""
    lines = (folder / FROZEN).read_text(encoding="ascii").splitlines()
    return {path: digest for digest, path in (line.split("  ", 1) for line in lines if not line.startswith("#"))}


def is_draft(folder: Path = FOLDER) -> bool:
    """Whether there was no release yet."""
    return (folder / FROZEN).read_text(encoding="ascii").startswith(DRAFT)


def differences(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the committed files, one sentence each; empty when nothing is."""
    released, expected = frozen(folder), generated()
    found = {path.relative_to(folder).as_posix() for name in FOLDERS for path in (folder / name).iterdir()}
    wrong = [f"{path} was released and is gone" for path in sorted(released.keys() - found)]
    wrong += [f"{path} is missing" for path in sorted(expected.keys() - released.keys() - found)]
    wrong += [f"{path} belongs to no event" for path in sorted(found - released.keys() - expected.keys())]
    for path in sorted(found & (released.keys() | expected.keys())):
        content = (folder / path).read_bytes()
        if path in released:
            if hashlib.sha256(content).hexdigest() != released[path]:
                wrong.append(f"{path} was released and has been edited")
        elif content != expected[path]:
            wrong.append(f"{path} differs from what the event class gives")
    return wrong + [sentence for path in sorted(released) for sentence in _broken(folder, path)]


def _broken(folder: Path, path: str) -> list[str]:
    """What a reader of a released file would meet with the classes of now."""
    event_type = path.partition("/")[2].removesuffix(".json")
    if path.endswith(".disclosures.json") or not (folder / path).exists():
        return []
    if event_type not in EVENTS:
        return [f"{path} was released and no class is left for it: the class of a released version stays"]
    if path.startswith("schemas/"):
        changes = breaking_changes(json.loads((folder / path).read_bytes()), event_schema(event_type))
        return [f"{event_type} was released and would break its readers: {change}" for change in changes]
    try:
        read = read_example(folder, event_type)
    except ValueError as error:
        return [f"{path} was released and is no longer read: {error}"]
    now = json.loads(example(event_type).body)["data"]["article"]
    if read.article != now:
        return [f"{event_type} was released under article {read.article}, its example now says {now}"]
    return []


def read_example(folder: Path, event_type: str) -> Fact:
    """The fact of a committed example, opened by the disclosures beside it; raises NotCanonicalError."""
    event = envelope.decode((folder / "examples" / f"{event_type}.json").read_bytes())
    opening = folder / "examples" / f"{event_type}.disclosures.json"
    texts = json.loads(opening.read_bytes()) if opening.exists() else []
    return read_fact(event.type, disclosure.reveal(event.data, {disclosure.digest_of(text): text for text in texts}))


def write(folder: Path = FOLDER) -> None:
    """Write every generated file that is not frozen, and remove what belongs to no event."""
    released, expected = frozen(folder), generated()
    for name in FOLDERS:
        for path in (folder / name).iterdir():
            if path.relative_to(folder).as_posix() not in released.keys() | expected.keys():
                path.unlink()
    for name, content in expected.items():
        if name not in released:
            (folder / name).write_bytes(content)


def freeze(folder: Path = FOLDER) -> None:
    """Record the digests of all files; refuses while one of them is wrong."""
    wrong = differences(folder)
    if wrong:
        raise SystemExit("\n".join(wrong))
    digests = {
        path: hashlib.sha256((folder / path).read_bytes()).hexdigest()
        for path in generated()
        if not path.startswith("asyncapi/")
    }
    _record(folder, digests | frozen(folder), draft=is_draft(folder))


def correct(because: str, folder: Path = FOLDER) -> list[str]:
    """What was frozen and is not what its class gives now is given up for it; the event types, in order.

    Raises SystemExit after the first release, and without a reason: then a change is a new version.
    """
    if not is_draft(folder):
        raise SystemExit("what was released is not corrected: make a new version of the event")
    if not because.strip() or "|" in because or "\n" in because:
        raise SystemExit("say in one line why: it is kept in contracts/corrections.txt")
    released, expected = frozen(folder), generated()
    changed = sorted(
        {path for path in released if path not in expected}
        | {path for path, digest in released.items() if hashlib.sha256(expected.get(path, b"")).hexdigest() != digest}
    )
    types = sorted({path.partition("/")[2].removesuffix(".json").removesuffix(".disclosures") for path in changed})
    given_up = [f"{name} | {released.get(f'schemas/{name}.json', '-')} | {because.strip()}\n" for name in types]
    with (folder / CORRECTIONS).open("a", encoding="utf-8") as file:
        file.writelines(given_up)
    _record(folder, {path: digest for path, digest in released.items() if path not in changed}, draft=True)
    write(folder)
    freeze(folder)
    return types


def release(folder: Path = FOLDER) -> None:
    """From here on nothing that was published is corrected."""
    freeze(folder)
    _record(folder, frozen(folder), draft=False)


def _record(folder: Path, digests: dict[str, str], *, draft: bool) -> None:
    lines = [f"{digest}  {path}\n" for path, digest in sorted(digests.items())]
    (folder / FROZEN).write_text((DRAFT if draft else "") + "".join(lines), encoding="ascii")


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code."""
    match arguments:
        case ["write"]:
            write()
        case ["freeze"]:
            freeze()
        case ["correct", *words]:
            print("\n".join(correct(" ".join(words))))
        case ["release"]:
            release()
        case ["check"]:
            wrong = differences()
            print("\n".join(wrong) or "the committed schemas and examples are those of the event classes")
            return 1 if wrong else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
