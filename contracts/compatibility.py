"""What would break a reader of a published version: the released schema against the one that the class gives now.

An event of a published version is read by programs that nobody here knows, and stands in logs that are never written
again. So both directions count: what was written must still be read, and what is written from now on must be what its
readers were promised. Only words may change (descriptions).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

WORDS = {"description", "examples", "$comment"}
_BOUNDS = {"minimum": 1, "exclusiveMinimum": 1, "minLength": 1, "minItems": 1, "maximum": -1, "exclusiveMaximum": -1}
_BOUNDS |= {"maxLength": -1, "maxItems": -1}
"""Keyword -> the direction in which it gets narrower."""


def breaking_changes(released: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is not as released, one sentence each; empty when every reader and every log stay as they are."""
    return sorted(set(_compare("", released, now, _resolver(released), _resolver(now))))


Resolve = Callable[[Any], Any]


def _resolver(document: Mapping[str, Any]) -> Resolve:
    def resolve(schema: Any) -> Any:
        if not (isinstance(schema, Mapping) and "$ref" in schema):
            return schema
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return {**resolve(found), **{key: value for key, value in schema.items() if key != "$ref"}}

    return resolve


def _compare(at: str, old: Any, new: Any, old_of: Resolve, new_of: Resolve) -> Iterator[str]:
    old, new = old_of(old), new_of(new)
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        if old != new:
            yield f"{at or 'the event'}: {old!r} became {new!r}"
        return
    for keyword in sorted((old.keys() | new.keys()) - WORDS - {"$defs"}):
        before, after = old.get(keyword), new.get(keyword)
        match keyword:
            case "properties" | "x-disclosed":
                yield from _members(at, before or {}, after or {}, old_of, new_of)
            case "required":
                yield from _required(at, before or [], after or [])
            case "enum":
                yield from _choices(at, before, after)
            case "title":
                if before != after:
                    yield f"{at or 'the event'}: the title {before!r} became {after!r}"
            case "anyOf" | "allOf" | "prefixItems" if isinstance(before, list) and isinstance(after, list):
                if len(before) != len(after):
                    yield f"{at}: {len(before)} alternatives became {len(after)}"
                for one, other in zip(before, after, strict=False):
                    yield from _compare(at, one, other, old_of, new_of)
            case "items" | "additionalProperties" if isinstance(before, Mapping) and isinstance(after, Mapping):
                yield from _compare(f"{at}[]", before, after, old_of, new_of)
            case _ if before != after:
                yield f"{at or 'the event'}: {keyword} {before!r} became {after!r}{_narrower(keyword, before, after)}"


def _members(
    at: str, old: Mapping[str, Any], new: Mapping[str, Any], old_of: Resolve, new_of: Resolve
) -> Iterator[str]:
    for name in sorted(old.keys() - new.keys()):
        yield f"{_under(at, name)}: the field was removed"
    for name in sorted(new.keys() - old.keys()):
        yield f"{_under(at, name)}: the field is new, and readers refuse what the released schema does not know"
    for name in sorted(old.keys() & new.keys()):
        yield from _compare(_under(at, name), old[name], new[name], old_of, new_of)


def _required(at: str, old: list[str], new: list[str]) -> Iterator[str]:
    for name in sorted(set(new) - set(old)):
        yield f"{_under(at, name)}: became required, and what was written without it is no longer read"
    for name in sorted(set(old) - set(new)):
        yield f"{_under(at, name)}: is required no more, and readers rely on it"


def _choices(at: str, old: list[Any] | None, new: list[Any] | None) -> Iterator[str]:
    if old is None or new is None:
        yield f"{at}: the list of values {'appeared' if old is None else 'is gone'}"
        return
    for value in old:
        if value not in new:
            yield f"{at}: the value {value!r} was removed"
    for value in new:
        if value not in old:
            yield f"{at}: the value {value!r} is new, and readers know only the released ones"


def _narrower(keyword: str, before: Any, after: Any) -> str:
    if keyword not in _BOUNDS:
        return ""
    narrower = before is None or (after is not None and (after - before) * _BOUNDS[keyword] > 0)
    return " (narrower)" if narrower else " (wider)"


def _under(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name
