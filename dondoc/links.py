"""Signing: what stands in links and cookies cannot be made by anybody else, and is not shown where it is not needed.

A link carries only its id and a signature (`…?k=ID.SIGNATURE`): whom it is for, what it opens and until when, the
ledger knows. The id of a letter is the id of the link in it.
"""

from __future__ import annotations

import os
import re
import secrets
from functools import lru_cache
from hashlib import sha256
from hmac import digest as hmac
from pathlib import Path

from itsdangerous import BadSignature, Signer
from itsdangerous.signer import HMACAlgorithm

from dondoc.settings import Settings

PARAMETER = "k"
_TOKEN = re.compile(rf"([?&]{PARAMETER}=|\bBearer )[\w.~-]+")


class _Short(HMACAlgorithm):
    """HMAC-SHA256 cut to its first 128 bits: 22 characters in an address, which nobody guesses."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac(key, value, "sha256")[:16]


class Keys:
    """The keys of an office, newest first: the first signs, all are accepted.

    >>> old, new = Keys(("once-the-newest",)), Keys(("now-the-newest", "once-the-newest"))
    >>> new.read(old.sign("k7qxm2pa4dlr5zzz"))
    'k7qxm2pa4dlr5zzz'
    >>> old.read(new.sign("k7qxm2pa4dlr5zzz")) is None
    True
    """

    def __init__(self, keys: tuple[str, ...]) -> None:
        if not keys:
            raise ValueError("nothing can be signed without a key")
        self._keys = keys
        self._signers: dict[str, Signer] = {}

    def sign(self, value: str, purpose: str = "link") -> str:
        """The value with its signature; what was signed for one purpose is worth nothing for another."""
        return self._signer(purpose).sign(value).decode()

    def read(self, token: str, purpose: str = "link") -> str | None:
        """The value that was signed, or None if none of the keys signed it for this purpose."""
        try:
            return self._signer(purpose).unsign(token).decode()
        except (BadSignature, UnicodeError):
            return None

    def address(self, url: str, link: str) -> str:
        """The address that opens `url` with a link's id.

        >>> Keys(("key",)).address("https://dondoc.example/o/a", "abc").partition("abc.")[0]
        'https://dondoc.example/o/a?k=abc.'
        """
        return f"{url}?{PARAMETER}={self.sign(link)}"

    def _signer(self, purpose: str) -> Signer:
        found = self._signers.get(purpose)
        if found is None:
            found = Signer(
                [key.encode() for key in reversed(self._keys)],  # itsdangerous takes the newest last
                salt=f"dondoc.{purpose}".encode(),
                key_derivation="hmac",
                digest_method=sha256,
                algorithm=_Short(),
            )
            self._signers[purpose] = found
        return found


def masked(text: str) -> str:
    """The text without what opens a link, for the eyes of anybody but its recipient.

    >>> masked("https://dondoc.example/o/a?k=abc.Def-9 và /u/b?x=1&k=z.y")
    'https://dondoc.example/o/a?k=*** và /u/b?x=1&k=***'
    """
    return _TOKEN.sub(r"\1***", text)


@lru_cache(maxsize=8)
def keys_of(settings: Settings) -> Keys:
    """The keys that the settings name; without any, one that is made once and kept in `key_file`.

    Raises:
        OSError: the file can be neither read nor written.
    """
    named = tuple(key.get_secret_value() for key in settings.secret_keys)
    return Keys(named or (_kept_key(key_file(settings)),))


def key_file(settings: Settings) -> Path:
    """Where the key lies that signs links while no setting names one."""
    return settings.home / "secret.key"


def _kept_key(path: Path) -> str:
    """The key in the file, made if there is none; of several processes that make it at once, one wins."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        own = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{secrets.token_urlsafe(32)}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(own, path)  # unlike a rename, this leaves the key of whoever was first
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return path.read_text().strip()
