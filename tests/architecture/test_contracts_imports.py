"""Whoever installs the contracts gets nothing else with them (design section 3)."""

import sys

import pytest

from tests.architecture.source import Module, within

ALLOWED = {"contracts", "cryptography", "pydantic"}


@pytest.mark.parametrize("module", within("contracts"), ids=lambda module: module.name)
def test_contracts_import_the_standard_library_pydantic_and_cryptography(module: Module) -> None:
    imported = {name.split(".")[0] for name in module.imports()}
    assert imported - ALLOWED - sys.stdlib_module_names == set()
