"""What a running stack shows to whoever looks, and the secrets that must not be in it."""

import re
from pathlib import Path


def secrets_below(var: Path) -> dict[str, str]:
    """Every secret of an embedded stack (passwords, keys, tokens), by the file it stands in."""
    found = {}
    for file in (path for path in (var / "secrets").rglob("*") if path.is_file()):
        text = file.read_bytes().decode("latin-1")
        # Of a signing key the last part is secret, of a PEM file every line but the first and the last.
        secret = max(re.split(r"\s+", text), key=len)
        if text.startswith("PRIVATE+"):  # PRIVATE+KEY+name+hash+key, and base64 has a + of its own
            secret = secret.split("+", 4)[-1]
        found[str(file.relative_to(var))] = secret
    return found


def argument_lists() -> str:
    """Of every process on this machine: what `ps` shows to everybody."""
    said = []
    for process in (path for path in Path("/proc").iterdir() if path.name.isdigit()):
        try:
            said.append((process / "cmdline").read_bytes().decode("latin-1"))
        except OSError:
            continue
    return "\n".join(said)


def log_files(var: Path) -> str:
    """What the servers wrote."""
    return "".join(file.read_text(errors="replace") for file in (var / "log").iterdir())
