"""`python -m papers.signatures.remote_stub --keys FOLDER --pin PIN`: the service of the demo."""

from __future__ import annotations

import argparse
from pathlib import Path

from papers.signatures.remote_stub.moods import FAULTS, Mood
from papers.signatures.remote_stub.server import RemoteStub


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m papers.signatures.remote_stub",
        description="A stand-in for a remote signing service; its phone agrees by itself.",
    )
    parser.add_argument("--keys", type=Path, required=True, help="folder of *.p12 and *.pem")
    parser.add_argument("--pin", required=True, help="of the keys")
    parser.add_argument("--client", default="portal=stub-secret", metavar="ID=SECRET")
    parser.add_argument("--port", type=int, default=8402)
    parser.add_argument("--polls", type=int, default=2, help="after which the phone agrees")
    parser.add_argument("--code", default="", help="one-time code to be typed in instead")
    parser.add_argument("--fault", choices=FAULTS, action="append", default=[])
    return parser


def main() -> None:
    options = arguments().parse_args()
    mood = Mood(set(options.fault), polls=options.polls, code=options.code)
    name, _, secret = options.client.partition("=")
    RemoteStub(options.keys, options.pin, (name, secret), options.port, mood).serve_forever()


if __name__ == "__main__":
    main()
