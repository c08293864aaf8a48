"""Learns seasons in a process of its own: `python -m ringdesk.statistics.staffing.child`, counts in at its input, forecast out."""

import json
import os
import sys
from dataclasses import asdict

from ringdesk.statistics.staffing.seasons import learn

NICE = 5  # calls go first


def main() -> None:
    os.nice(NICE)
    asked = json.load(sys.stdin)
    json.dump(asdict(learn(asked["counts"], asked["days"])), sys.stdout)


if __name__ == "__main__":
    main()
