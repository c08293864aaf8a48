"""Becomes another program under limits: `python -I -S launcher.py '{"AS": bytes, …}' niceness program argument…`.

A program of its own, with nothing but the standard library, because what runs between fork and exec in a process with threads can hang.
"""

import json
import os
import resource
import sys

limits, niceness, program = json.loads(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
for name, value in limits.items():
    resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
os.nice(niceness)
try:
    os.execv(program, sys.argv[3:])  # noqa: S606 - there is no shell, which is the point
except OSError as error:
    print(error.strerror, file=sys.stderr)  # noqa: T201 - to whom started it
    sys.exit(127)  # as shells say it
