"""`python -m papers.signatures.agent --keys FOLDER`: the signing program of the demo."""

from __future__ import annotations

import argparse
from pathlib import Path

from pyhanko.sign.timestamps import DummyTimeStamper

from papers.signatures.agent.devices import Module
from papers.signatures.agent.moods import FAULTS, Mood
from papers.signatures.agent.server import Agent
from papers.signatures.authority import STAMPER, stamper_in


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m papers.signatures.agent",
        description="A stand-in for the signing program on an official's PC.",
    )
    parser.add_argument("--keys", type=Path, required=True, help="folder of *.p12 and *.pem")
    parser.add_argument(
        "--pkcs11", type=Path, action="append", default=[], metavar="MODULE",
        help="library of a device's maker, or of SoftHSM: its keys sign, too",
    )  # fmt: skip
    parser.add_argument("--port", type=int, default=8400)
    parser.add_argument("--origin", action="append", default=[], help="a page that may call")
    parser.add_argument("--authority", type=Path, help="folder of the demo's authority")
    parser.add_argument(
        "--authorities", type=Path, help="folder of such folders: POST /tsa/NAME stamps for each"
    )
    parser.add_argument("--pin", default="", help="of the keys of time stamps")
    parser.add_argument("--fault", choices=FAULTS, default="", help="of every signature")
    return parser


def stampers_in(folder: Path | None, pin: str) -> dict[str, DummyTimeStamper]:
    """Path → who stamps there. A demo that was made before has none."""
    found = sorted(folder.glob(f"*/{STAMPER}.p12")) if folder else []
    return {f"/tsa/{each.parent.name}": stamper_in(each.parent, pin) for each in found}


def main() -> None:
    options = arguments().parse_args()
    stamper = stamper_in(options.authority, options.pin) if options.authority else None
    Agent(
        options.keys, options.port, origins=options.origin, mood=Mood(always=options.fault),
        authority=options.authority, stamper=stamper,
        stampers=stampers_in(options.authorities, options.pin),
        devices=[Module(path) for path in options.pkcs11],
    ).serve_forever()  # fmt: skip


if __name__ == "__main__":
    main()
