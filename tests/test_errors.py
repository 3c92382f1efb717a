"""What an operator reads when something is away or mistyped."""

import doctest

import pytest

import dondoc.errors
from dondoc.errors import (
    DatabaseUnreachable,
    DondocError,
    MailServerUnreachable,
    NotAllowed,
    PrefectUnreachable,
    UnknownObligation,
)


@pytest.mark.parametrize("kind", [DatabaseUnreachable, MailServerUnreachable, PrefectUnreachable])
def test_a_server_that_is_away_is_named_without_its_password_and_with_what_to_do(kind: type[DondocError]):
    error = kind("proto://dondoc:hunter2@host:1", ConnectionRefusedError("refused by proto://a:hunter2@host.\nmore"))
    assert "hunter2" not in str(error)
    assert "proto://dondoc:***@host:1" in str(error)
    assert "`dondoc " in str(error)
    assert error.exit_code == 1


def test_an_unknown_obligation_brings_up_the_nearest():
    error = UnknownObligation("a/bc-nam/quevo/2023", ["a/bc-nam/que-vo/2023", "b/other/x/once"])
    assert error.nearest == ("a/bc-nam/que-vo/2023",)
    assert error.exit_code == 2


def test_an_unknown_obligation_in_an_empty_ledger_says_so_plainly():
    assert str(UnknownObligation("x")) == "No obligation is called x. `dondoc status` lists them all."


def test_what_is_not_allowed_says_what_to_do_instead():
    error = NotAllowed("Accepting", "nothing was submitted yet", "Record it with `dondoc submit`.")
    assert str(error) == "Accepting is not possible: nothing was submitted yet. Record it with `dondoc submit`."


def test_the_examples_in_the_docstrings_run():
    assert doctest.testmod(dondoc.errors, optionflags=doctest.ELLIPSIS).failed == 0
