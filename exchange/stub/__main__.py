"""`python -m exchange.stub --port 8300`: a national server for the demo."""

from __future__ import annotations

import argparse
from pathlib import Path

from exchange.stub.moods import DROP, ERROR, GARBAGE, HANG, HUGE, Mood
from exchange.stub.server import Stub

FAULTS = (HANG, ERROR, DROP, GARBAGE, HUGE)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m exchange.stub",
        description="A stand-in for the national portal: user portal, password stub-password.",
    )
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--keep", type=Path, help="a JSON file for what it gets")
    parser.add_argument("--refuse-first", type=int, default=0, help="refuse so many dossiers")
    for fault in FAULTS:
        parser.add_argument(
            f"--{fault}", type=float, default=0.0, help="share of the calls, 0 to 1"
        )
    return parser


def main() -> None:
    options = arguments().parse_args()
    shares = {fault: getattr(options, fault) for fault in FAULTS}
    mood = Mood(shares=shares, refuse_first=options.refuse_first)
    Stub(options.port, mood, options.keep).serve_forever()


if __name__ == "__main__":
    main()
