"""What became of a letter that was handed over: four answers, each of which asks for something else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has taken the letter upon itself (2xx after the final dot)."""

    reply: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server said no: for good (5xx), or for now (4xx: greylisting, a full disk)."""

    code: int
    reply: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The connection died after the text had begun to flow: it may have arrived or not."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The letter's text never left: sending it again cannot make a second copy."""

    reason: str


Outcome = Sent | Refused | Uncertain | NotSent
