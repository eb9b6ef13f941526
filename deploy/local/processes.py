"""Server processes of the embedded stack: whose they are, how they start, and that none outlives its parent."""

import ctypes
import os
import pwd
import signal
import socket
import subprocess  # the servers are separate programs: nothing here passes through a shell with foreign input
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNPRIVILEGED = ("postgres", "nobody")
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
PR_SET_PDEATHSIG = 1


class StartError(Exception):
    """Why the embedded stack cannot start or go on: one sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Account:
    """An operating system account that servers run under instead of root."""

    name: str
    uid: int
    gid: int


def unprivileged(owner_of: Path | None = None) -> Account | None:
    """The account for a server that refuses to run as root; None when we are not root.

    The owner of existing data comes first, so that data made by an ordinary user stays that user's.
    """
    if os.geteuid() != 0:
        return None
    if owner_of is not None and owner_of.exists():
        uid = owner_of.stat().st_uid
        if uid != 0:
            try:
                return _account(pwd.getpwuid(uid))
            except KeyError as error:
                raise StartError(f"the data in {owner_of} belongs to user {uid}, which this machine lacks") from error
    for name in UNPRIVILEGED:
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise StartError("PostgreSQL refuses to run as root and this machine has neither a user postgres nor nobody")


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def credentials(account: Account | None) -> dict[str, Any]:
    """Arguments of `Popen` that drop root for `account`; nothing when there is nobody to drop to."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def run(command: Sequence[str | Path], account: Account | None = None) -> subprocess.CompletedProcess[str]:
    """Run a short program to its end with a clean environment; the caller reads code and output.

    A program that is missing or may not be entered by `account` gives code 127, never an exception.
    """
    try:
        return subprocess.run(  # noqa: S603  the program was found by deploy.local.engines, the arguments are ours
            [str(part) for part in command],
            env=ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **credentials(account),
        )
    except OSError as error:
        return subprocess.CompletedProcess(list(map(str, command)), 127, "", str(error))


def spawn(
    command: Sequence[str | Path], *, account: Account | None, log: Path, at_parent_death: signal.Signals
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, its output appended to `log`.

    DANGER: on Linux the kernel sends `at_parent_death` when the *thread* that called this ends, so call it from the
    main thread. Elsewhere a server orphaned by `kill -9` is found and stopped by the next start.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  the program was found by deploy.local.engines, the arguments are ours
            [str(part) for part in command],
            env=ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C reaches the whole foreground group: the servers must outlive the services that use them.
            start_new_session=True,
            preexec_fn=_die_with_parent(at_parent_death),  # noqa: PLW1509  prctl must run between fork and exec
            **credentials(account),
        )


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Runs in the child after its user was changed: a change of user would clear the death signal again."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask_kernel


def stop(process: subprocess.Popen[bytes], *steps: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn and wait its seconds, SIGKILL last; returns when the process is gone."""
    for number, patience in steps:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return
    process.kill()
    process.wait()


def can_use(account: Account | None, directory: Path) -> bool:
    """Whether `account` can enter and write `directory` (a parent that only root may enter says no)."""
    return run(["/bin/sh", "-c", 'cd "$0" && test -w .', directory], account).returncode == 0


def port_is_free(port: int) -> bool:
    """Whether nobody listens on this TCP port of the loopback interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def choose_port(usual: Sequence[int]) -> int:
    """The first free one of the usual ports, else any free port."""
    for port in usual:
        if port_is_free(port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_private(path: Path, text: str, account: Account | None = None) -> None:
    """Write a secret that only its owner may read, replacing what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    if account is not None:
        os.chown(path, account.uid, account.gid)
