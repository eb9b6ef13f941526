"""The one file that an agency gets: where to connect, the key to log in with, and the keys to check with."""

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.notes import VerifierKey


class CredentialsError(ValueError):
    """The file cannot be used: one sentence."""


class Credentials(BaseModel):
    """What `zhucun agency add` writes. Whoever has the file reads what the agency may read: keep it secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: str
    url: str
    key: str
    """Public key of the log-in; the server knows nothing else of it."""
    seed: str
    """Its private half, in the notation of NATS."""
    stream: str
    durable: str
    inbox: str
    """Prefix of the reply subjects that the server allows."""
    scope: str
    """Origin of the scope's log."""
    scope_vkey: str
    log_vkeys: Mapping[str, str]
    """Origin of each log -> the vkeys that sign or signed for it, one per line."""
    whole_logs: bool
    """Whether the scope is every event of every log: then every index has to come."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises CredentialsError for a file that is missing, malformed, or open to others."""
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            text = path.read_bytes()
        except OSError as error:
            raise CredentialsError(f"{path} cannot be read: {error.strerror}") from error
        if mode & 0o077:
            raise CredentialsError(f"{path} may be read by others (mode {mode:04o}): chmod 600 {path}")
        try:
            found = cls.model_validate_json(text)
            found.keys()
        except ValueError as error:
            raise CredentialsError(f"{path} is no credentials file of zhucun: {_why(error)}") from error
        return found

    def write(self, path: Path) -> None:
        """Writes the file for its owner alone, replacing it as a whole."""
        beside = path.with_name(f".{path.name}.new")
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(self.model_dump(), indent=1, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def keys(self) -> dict[str, tuple[VerifierKey, ...]]:
        """Origin -> keys, of the logs and of the scope; raises ProofError, a ValueError."""
        vkeys: dict[str, Any] = {**self.log_vkeys, self.scope: self.scope_vkey}
        return {origin: tuple(map(VerifierKey.parse, lines.split())) for origin, lines in vkeys.items()}


def _why(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return ": ".join([*map(str, first["loc"]), first["msg"]])
    return str(error).splitlines()[0]
