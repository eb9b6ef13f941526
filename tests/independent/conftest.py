"""The written log of the ledger's tests, here too."""

from tests.ledger.conftest import written as written
