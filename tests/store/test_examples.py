"""The examples in the store's docstrings run."""

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("module", ["delivery", "portions", "columns"])
def test_the_examples_in_the_docstrings_run(module: str):
    found = doctest.testmod(import_module(f"dondoc.store.{module}"))
    assert found.attempted
    assert not found.failed
