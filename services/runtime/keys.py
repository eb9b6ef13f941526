"""Keys of the logs and of the services among themselves, from files of this machine."""

import secrets
from dataclasses import dataclass

from services.ledger.signer import FileSigner
from services.ledger.sm2_signer import Sm2Signer
from services.ledger.sm3_twin import SUFFIX
from services.runtime.secret_files import read_or_make
from services.runtime.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class Keys:
    """Where the keys of the logs lie, made when the embedded mode starts."""

    settings: Settings

    def signer(self, service: str, *, make: bool = False) -> FileSigner:
        """The key of a service's own log; raises SignerError when it cannot be used.

        `make` creates one, and its public half, where there is none; the embedded mode always does.
        """
        directories, make = self.settings.directories, make or self.settings.embedded
        path = directories.keys / f"{service}.key"
        signer = FileSigner(path, self.settings.origin_of(service), create=make)
        if make:
            self._publish(service, signer.vkey)
        return signer

    def sm2_signer(self, service: str, *, make: bool = False) -> Sm2Signer:
        """The second key of a log, for those who need a signature by SM2; raises SignerError without `openssl`."""
        path, origin = self.settings.directories.keys / f"{service}.sm2.pem", self.settings.origin_of(service)
        signer = Sm2Signer(path, origin, create=make or self.settings.embedded)
        if make or self.settings.embedded:
            self._publish(f"{service}.sm2", signer.vkey)
        return signer

    def sm3_signer(self, service: str) -> Sm2Signer:
        """The same key under the name of the log's twin in SM3 (`services/ledger/sm3_twin.py`)."""
        path, origin = self.settings.directories.keys / f"{service}.sm2.pem", self.settings.origin_of(service)
        return Sm2Signer(path, origin + SUFFIX, create=self.settings.embedded)

    def sm2_vkeys(self, service: str) -> list[str]:
        """The public SM2 keys of a log, none where it has no such key."""
        path = self.settings.directories.vkeys / f"{service}.sm2.vkey"
        return path.read_text("utf-8").split() if path.exists() else []

    def rotate(self, service: str) -> str:
        """A new key for a log; returns its vkey. The old one signs no more and is kept for nobody: it is deleted.

        Its public half stays in the vkey file, after the new one: what it has signed stays verifiable. Every reader
        needs the new file before the service signs again, so that all are stopped meanwhile. Raises SignerError.
        """
        directories, origin = self.settings.directories, self.settings.origin_of(service)
        path = directories.keys / f"{service}.key"
        FileSigner(path, origin)
        fresh = path.with_name(f"{service}.key.new")
        fresh.unlink(missing_ok=True)
        signer = FileSigner(fresh, origin, create=True)
        self._publish(service, signer.vkey)
        fresh.replace(path)
        return signer.vkey

    def _publish(self, service: str, vkey: str) -> None:
        """The vkey file: the present key first, then those that signed before it."""
        path = self.settings.directories.vkeys / f"{service}.vkey"
        path.parent.mkdir(parents=True, exist_ok=True)
        known = path.read_text("utf-8").split() if path.exists() else []
        lines = "".join(f"{line}\n" for line in dict.fromkeys([vkey, *known]))
        if lines == "".join(f"{line}\n" for line in known):
            return  # whoever only looks (the doctor, on a full disk) writes nothing
        beside = path.with_name(f"{path.name}.new")
        beside.write_text(lines, "utf-8")
        beside.replace(path)

    def vkey(self, service: str) -> str:
        """The public keys of a log, one per line, the present one first; raises SettingsError when not at hand."""
        path = self.settings.directories.vkeys / f"{service}.vkey"
        try:
            return path.read_text("utf-8").strip()
        except OSError as error:
            raise SettingsError(
                f"{path}, the public key of the log {self.settings.origin_of(service)}, cannot be read: "
                f"{error.strerror} (ZHUCUN_VKEY_DIR)"
            ) from error

    def secret(self, name: str, *, make: bool = False) -> bytes:
        """32 random bytes beside the keys of the logs, `<name>.key`; raises SettingsError when they cannot be read."""
        path = self.settings.directories.keys / f"{name}.key"
        if make or self.settings.embedded:
            return read_or_make(path, lambda: secrets.token_bytes(32))
        try:
            return path.read_bytes()
        except OSError as error:
            raise SettingsError(
                f"{path}, 32 random bytes, cannot be read: {error.strerror} (ZHUCUN_KEY_DIR)"
            ) from error

    def evidence_signer(self, *, make: bool = False) -> FileSigner:
        """The key that signs evidence bundles, which is no log's; raises SignerError when it cannot be used."""
        path = self.settings.directories.keys / "evidence.key"
        return FileSigner(path, f"{self.settings.origin}/evidence", create=make or self.settings.embedded)

    def feed_token(self) -> str:
        """The token by which services read each other's feeds."""
        if self.settings.feed_token is not None:
            return self.settings.feed_token.get_secret_value()
        if not self.settings.embedded:
            raise SettingsError("ZHUCUN_FEED_TOKEN is not set: the services fill holes from each other's feeds with it")
        return read_or_make(self.settings.var / "secrets" / "feed", lambda: secrets.token_urlsafe(32).encode()).decode()
