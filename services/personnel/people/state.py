"""State of what the log says about a person's details; nothing else is decided from it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A person's file; the values lie outside the log."""


INITIAL: dict[str, File] = {"person": File(), "reading": File()}
