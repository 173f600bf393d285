"""`python -m papers.signatures.agent --keys FOLDER`: the signing program of the demo."""

from __future__ import annotations

import argparse
from pathlib import Path

from papers.signatures.agent.moods import FAULTS, Mood
from papers.signatures.agent.server import Agent
from papers.signatures.authority import stamper_in


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m papers.signatures.agent",
        description="A stand-in for the signing program on an official's PC.",
    )
    parser.add_argument("--keys", type=Path, required=True, help="folder of *.p12 and *.pem")
    parser.add_argument("--port", type=int, default=8400)
    parser.add_argument("--origin", action="append", default=[], help="a page that may call")
    parser.add_argument("--authority", type=Path, help="folder of the demo's authority")
    parser.add_argument("--pin", default="", help="of the key of time stamps")
    parser.add_argument("--fault", choices=FAULTS, default="", help="of every signature")
    return parser


def main() -> None:
    options = arguments().parse_args()
    stamper = stamper_in(options.authority, options.pin) if options.authority else None
    Agent(
        options.keys, options.port, origins=options.origin, mood=Mood(always=options.fault),
        authority=options.authority, stamper=stamper,
    ).serve_forever()  # fmt: skip


if __name__ == "__main__":
    main()
