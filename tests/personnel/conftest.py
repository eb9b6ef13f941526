"""Personnel hosted on real servers, as tests/runtime hosts it."""

from tests.runtime.conftest import world

__all__ = ["world"]
