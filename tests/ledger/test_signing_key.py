"""The file of a signing key: nobody else may read it, but an orchestrator's mount is one's own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.ledger.signer import FileSigner, SignerError


@pytest.fixture
def key() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as directory:  # pytest's own directories let nobody else in
        path = Path(directory) / "attendance.key"
        FileSigner(path, "zhucun.test/attendance", create=True)
        yield path


@pytest.mark.parametrize("mode", [0o604, 0o620, 0o644])
def test_a_key_that_others_may_read_is_refused(key: Path, mode: int) -> None:
    key.chmod(mode)
    with pytest.raises(SignerError, match="may be read by others"):
        FileSigner(key, "zhucun.test/attendance")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to root and become somebody else")
@pytest.mark.parametrize(("mode", "taken"), [(0o440, True), (0o444, False), (0o460, False)])
def test_a_mounted_secret_is_roots_and_read_by_the_services_group(key: Path, mode: int, taken: bool) -> None:
    key.parent.chmod(0o755)
    os.chown(key, 0, 4_000)
    key.chmod(mode)
    pid = os.fork()
    if pid == 0:
        code = 2
        try:
            os.setgroups([4_000])
            os.setgid(4_001)
            os.setuid(4_001)
            FileSigner(key, "zhucun.test/attendance")
            code = 0
        except SignerError as error:
            code = 1 if "may be read by others" in str(error) else 3
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == (0 if taken else 1)
