"""Keys of the publisher: signing keys of each scope's log, one NKey for each agency's account."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

from contracts.proofs import VerifierKey
from contracts.scope_log import scope_origin
from contracts.subscriber import nkey
from services.ledger.checkpoints import StateFile
from services.ledger.signer import FileSigner
from services.runtime.secret_files import read_or_make
from services.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class PublisherKeys:
    """Files beside those of the logs (`ZHUCUN_KEY_DIR`)."""

    settings: Settings

    def signer(self, agency: str, vkey: str) -> FileSigner:
        """The private key that belongs to a vkey of a scope's log; raises SignerError."""
        return FileSigner(self._path(agency, VerifierKey.parse(vkey)), scope_origin(self.settings.origin, agency))

    def new_signer(self, agency: str) -> FileSigner:
        """Another key for a scope's log. It signs nothing before the log of personnel has named it."""
        origin = scope_origin(self.settings.origin, agency)
        fresh = self._folder(agency) / "new.key"
        fresh.unlink(missing_ok=True)
        signer = FileSigner(fresh, origin, create=True)
        fresh.replace(self._path(agency, VerifierKey.parse(signer.vkey)))
        return signer

    def forget(self, agency: str, vkey: str) -> None:
        """Removes a key that was named nowhere."""
        self._path(agency, VerifierKey.parse(vkey)).unlink(missing_ok=True)

    def state_file(self, agency: str, origin: str) -> StateFile:
        """What the scope's log has signed last, outside the database (`ZHUCUN_STATE_DIR`)."""
        return StateFile(self.settings.directories.state / "scopes" / f"{agency}.state.json", origin)

    def publisher_seed(self, agency: str) -> str:
        """The NKey by which we log in to an agency's account: another in each, all from one secret."""
        path = self.settings.directories.keys / "publisher"
        secret = read_or_make(path, lambda: secrets.token_bytes(32))
        return nkey.seed_of(hashlib.sha256(secret + b"\n" + agency.encode()).digest())

    def publisher_key(self, agency: str) -> str:
        """The public part, for the server's configuration."""
        return nkey.public_of(self.publisher_seed(agency))

    def _folder(self, agency: str) -> Path:
        return self.settings.directories.keys / "scopes" / agency

    def _path(self, agency: str, key: VerifierKey) -> Path:
        return self._folder(agency) / f"{key.key_id.hex()}.key"
