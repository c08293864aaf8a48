"""The process that draws: `python -m ringdesk.statistics.files.child`, a report on standard input, the file on standard output.

In a process of its own, since matplotlib and the making of a large file take seconds of computing and a hundred megabytes, and a card
must not wait for either."""

import os
import pickle
import sys
import traceback

from ringdesk.statistics.files.rendering import Job, made

NICE = 5  # behind whoever answers a browser


def main() -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no part of the file
    os.nice(NICE)
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent, through a pipe
    try:
        content = made(job)
    except Exception:  # the parent logs it
        traceback.print_exc()
        sys.exit(1)
    out.write(content)
    out.close()


if __name__ == "__main__":
    main()
