"""Personnel and finance hosted on real servers, as tests/runtime hosts them."""

from tests.runtime.conftest import world

__all__ = ["world"]
