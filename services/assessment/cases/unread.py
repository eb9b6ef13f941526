"""What nothing would read, as a sentence: the word, where it stands, and which words there are."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from services.assessment.cases.written import place

MOST_NAMED = 40
"""Possible words that a sentence names; of clauses there are more."""
FEW = 13
"""Those that it names beside the nearest."""


def known(name: str, value: Any, possible: Collection[str]) -> Iterator[str]:
    """A sentence for every word of a table that is not one of the possible ones, or one where it is no table."""
    if not isinstance(value, Mapping):
        yield no_table(name or "此条 this", value)
        return
    before = f"{name}: " if name else ""
    yield from (before + no_such("", key, possible) + place(value, key) for key in value if key not in possible)


def something(name: str, value: Any) -> Iterator[str]:
    """A sentence where there is no table, or an empty one, of which nothing could differ."""
    if not isinstance(value, Mapping) or not value:
        yield no_table(name, value)


def no_such(name: str, word: Any, possible: Collection[str]) -> str:
    """That there is no such word, the nearest, and those that there are, unless they are many."""
    before = f"{name}: " if name else ""
    near = difflib.get_close_matches(str(word), list(map(str, possible)), n=2, cutoff=0.5)
    hint = f"；是否指 / did you mean {' / '.join(near)}?" if near else ""
    if len(possible) < (FEW if near else MOST_NAMED):
        hint += (
            f"；有 / there are {'、'.join(map(str, possible))}"
            if possible
            else "；此处没有可写的 / nothing is read here"
        )
    return f"{before}没有“{word}” / there is no {word!r}{hint}"


def no_table(name: str, value: Any) -> str:
    """That something is to be written as a table."""
    return f"{name} 应写作“项: 值” / must say something, as a table of names and values; it is {value!r}"


def whole(name: str, value: Any) -> Iterator[str]:
    """A sentence where there is no whole number."""
    if type(value) is not int:
        yield f"{name} 应写作数字 / is a number without quotation marks, not {value!r}"


def needless(name: str, table: Mapping[str, Any], words: Collection[str], why: str) -> Iterator[str]:
    """A sentence for every word of a table that is a word, but is not read here; `why` in two languages."""
    before = f"{name}: " if name else ""
    yield from (
        f"{before}{word} 不会被读取 / would not be read: {why}{place(table, word)}" for word in table if word in words
    )
