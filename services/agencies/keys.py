"""Keys of the publisher: one signing key for each scope's log, one NKey for each agency's account."""

import hashlib
import secrets
from dataclasses import dataclass

from contracts.scope_log import scope_origin
from contracts.subscriber import nkey
from services.ledger.signer import FileSigner
from services.runtime.secret_files import read_or_make
from services.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class PublisherKeys:
    """Files beside those of the logs (`ZHUCUN_KEY_DIR`)."""

    settings: Settings

    def signer(self, agency: str, *, create: bool = False) -> FileSigner:
        """The key of a scope's log; raises SignerError."""
        path = self.settings.directories.keys / "scopes" / f"{agency}.key"
        return FileSigner(path, scope_origin(self.settings.origin, agency), create=create)

    def publisher_seed(self, agency: str) -> str:
        """The NKey by which we log in to an agency's account: another in each, all from one secret."""
        path = self.settings.directories.keys / "publisher"
        secret = read_or_make(path, lambda: secrets.token_bytes(32))
        return nkey.seed_of(hashlib.sha256(secret + b"\n" + agency.encode()).digest())

    def publisher_key(self, agency: str) -> str:
        """The public part, for the server's configuration."""
        return nkey.public_of(self.publisher_seed(agency))
