"""A program on a leash: `python -m dondoc.service.leash PARENT PROGRAM …` becomes PROGRAM and ends when PARENT does.

A shell that starts something in the background makes it ignore SIGINT, and so do all programs started from there.
Prefect's worker stops by sending itself SIGINT, so its default is restored here first.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Have the kernel send SIGTERM when the process `parent`, which started this one, is gone (on Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went before the kernel knew
            sys.exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    end_with_parent(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the program was named by dondoc itself
