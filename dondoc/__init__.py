"""Turns a plan document into a ledger of obligations and sees each one through."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("dondoc")
except PackageNotFoundError:  # run from a bare checkout, without installing
    __version__ = "0.0.0"

__all__ = ["__version__"]
