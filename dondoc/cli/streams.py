"""Standard output and error of a command that changes something: what cannot be printed does not keep it from that."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Unfailing(io.FileIO):
    """Writes until that fails; `lost` is why it did."""

    lost: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        if self.lost is None:
            try:
                return super().write(data)
            except OSError as error:
                self.lost = error
        return memoryview(data).nbytes


class Streams:
    """Stand in the place of Python's own for the rest of the process.

    A reader who goes away has seen enough: the command goes on, and its status says what it came to.
    """

    def __init__(self) -> None:
        self._out, sys.stdout = _unfailing(sys.stdout, 1)
        _, sys.stderr = _unfailing(sys.stderr, 2)

    def finish(self) -> int:
        """Print what still waits; 1 where standard output had a reader and could not be written all the same."""
        sys.stdout.flush()
        lost = self._out.lost
        if lost is None or isinstance(lost, BrokenPipeError):
            return 0
        print(f"The answer could not be printed whole: {lost.strerror}. What was done stays done.", file=sys.stderr)
        return 1


def _unfailing(stream: TextIO | None, number: int) -> tuple[_Unfailing, TextIO]:
    if stream is None:  # closed before we began; the next file to be opened, a ledger perhaps, would get its number
        os.dup2(os.open(os.devnull, os.O_WRONLY), number)
    raw = _Unfailing(number, "w", closefd=False)
    return raw, io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding if stream else "utf-8",
        errors=stream.errors if stream else "replace",
        line_buffering=bool(stream and stream.line_buffering),
    )
