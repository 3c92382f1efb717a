"""Exceptions for the operator: each builds its own sentence and says what to do next."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

_TIES = 50
"""How many more words are looked at among which the nearest may be."""


class DondocError(Exception):
    """The base of everything that dondoc tells an operator; `str(error)` is a whole sentence."""

    exit_code = 1
    """The exit status of a command that ends with this: 1 something is wrong, 2 wrong usage."""


class DatabaseUnreachable(DondocError):
    """The ledger's database does not answer; nothing was changed."""

    def __init__(self, url: str, why: object) -> None:
        super().__init__(
            f"The database {without_password(url)} cannot be reached ({first_line(why)}). "
            f"Nothing was changed. Check that it runs and that DONDOC_DATABASE_URL is right, then try again; "
            f"`dondoc doctor` shows what is missing."
        )


class DatabaseOutdated(DondocError):
    """The ledger's tables are of another version than this software."""

    def __init__(self, found: str | None, expected: str) -> None:
        self.found = found
        state = f"is at version {found}" if found else "has no tables yet"
        super().__init__(
            f"The database {state}, this software needs {expected}. "
            f"Make a backup (`dondoc backup`), then start `dondoc up`, which brings the tables up to date."
        )


class MailServerUnreachable(DondocError):
    """The mail server does not answer or does not let us in; the letters wait in the outbox."""

    def __init__(self, url: str, why: object) -> None:
        super().__init__(
            f"The mail server {without_password(url)} cannot be used ({first_line(why)}). "
            f"No letter is lost: they wait in the outbox and leave with the next round. "
            f"Check DONDOC_SMTP_URL (smtp+starttls://user:secret@host:587) with `dondoc doctor`."
        )


class MailboxUnreachable(DondocError):
    """The mailbox of answers does not open; what is in it waits there."""

    def __init__(self, mailbox: str, why: object) -> None:
        self.why = first_line(why)
        super().__init__(
            f"The mailbox {without_password(mailbox)} cannot be read ({first_line(why)}). "
            f"No answer is lost: they wait there for the next round. "
            f"Check DONDOC_IMAP_URL (imaps://user:secret@host:993) with `dondoc doctor`."
        )


class PrefectUnreachable(DondocError):
    """Prefect's server does not answer; the ledger is complete without it."""

    def __init__(self, url: str, why: object) -> None:
        super().__init__(
            f"Prefect at {without_password(url)} cannot be reached ({first_line(why)}). "
            f"The ledger is not affected: `dondoc round` works without it, "
            f"and `dondoc mirror` mends Prefect's picture later. "
            f"Start it with `dondoc up`, or set PREFECT_API_URL."
        )


class SettingWrong(DondocError):
    """A setting in the environment cannot be understood."""

    exit_code = 2

    def __init__(self, variable: str, why: str, example: str) -> None:
        self.variable = variable
        super().__init__(f"{variable} {why}. Set it like {variable}={example}, or unset it for the default.")


class UnknownObligation(DondocError):
    """No obligation has this id; the nearest ids are offered, or the one that is `meant` where that is certain.

    >>> known = ["pn/bc-6-thang/luong-tai/2023-H1", "pn/bc-nam/luong-tai/2023"]
    >>> print(UnknownObligation("pn/bc-6-thang/luong-tai/2023-H2", known))
    No obligation is called pn/bc-6-thang/luong-tai/2023-H2. Did you mean pn/bc-6-thang/luong-tai/2023-H1...
    """

    exit_code = 2

    def __init__(self, obligation: str, known: Iterable[str] = (), meant: str = "") -> None:
        self.obligation = obligation
        self.nearest = (meant,) if meant else tuple(nearest(obligation, known))
        ask = f"Did you mean {_either(self.nearest)}? " if self.nearest else ""
        super().__init__(f"No obligation is called {obligation}. {ask}`dondoc status` lists them all.")


class UnknownPlan(DondocError):
    """No plan with this id has been applied."""

    exit_code = 2

    def __init__(self, plan: str, known: Iterable[str] = ()) -> None:
        self.plan = plan
        self.nearest = tuple(nearest(plan, known))
        ask = f"Did you mean {_either(self.nearest)}? " if self.nearest else ""
        super().__init__(f"No applied plan is called {plan}. {ask}`dondoc apply FILE` brings a plan into force.")


class UnknownAddress(DondocError):
    """Nobody of an organisation in force has this address, and nothing was ever written to it."""

    exit_code = 2

    def __init__(self, address: str, known: Iterable[str] = ()) -> None:
        self.nearest = tuple(nearest(address, known))
        ask = f"Did you mean {_either(self.nearest)}? " if self.nearest else ""
        super().__init__(
            f"Nobody has the address {address}, and nothing was written to it. {ask}"
            f"The organisation's file names everybody."
        )


class NotAllowed(DondocError):
    """The step asked for does not fit the obligation's standing, or is not this person's to take."""

    def __init__(self, what: str, why: str, instead: str) -> None:
        super().__init__(f"{what} is not possible: {why}. {instead}")


class Overtaken(NotAllowed):
    """Somebody else decided between looking and deciding."""

    def __init__(self, obligation: str) -> None:
        super().__init__(
            f"Deciding on {obligation}", "somebody took another step meanwhile", "Look at it again, then decide."
        )


def nearest(word: str, known: Iterable[str], *, at_most: int = 3) -> list[str]:
    """The known words most like this one, best first; none if nothing is like it.

    Of words that are as like, those with more letters in the same place come first: a letter was confused.

    >>> nearest("lang-tai", ["luong-tai", "que-vo", "tu-son"])
    ['luong-tai']
    >>> nearest("IO1", ["I14", "I01", "I10"], at_most=1)
    ['I01']
    """

    def likeness(other: str) -> tuple[float, int]:
        in_place = sum(one == another for one, another in zip(word, other, strict=False))
        return SequenceMatcher(None, other, word).ratio(), in_place

    found = get_close_matches(word, list(known), n=at_most + _TIES, cutoff=0.6)
    return sorted(found, key=likeness, reverse=True)[:at_most]


def without_password(url: str) -> str:
    """The address as it may be shown.

    >>> without_password("smtp+starttls://nhac:bí-mật@mail.example:587")
    'smtp+starttls://nhac:***@mail.example:587'
    >>> without_password("sqlite:///ledger.db")
    'sqlite:///ledger.db'
    """
    return re.sub(r"(?<=://)([^:@/\s]*):[^/\s]*@", r"\1:***@", url)


def first_line(why: object) -> str:
    """The first line of a library's explanation, without the stop that our sentence puts itself."""
    text = str(why).strip() or type(why).__name__
    return without_password(text.splitlines()[0].rstrip(" .:"))


def _either(words: tuple[str, ...]) -> str:
    return " or ".join(words)
