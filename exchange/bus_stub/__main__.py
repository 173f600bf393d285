"""`python -m exchange.bus_stub --port 8400 --system H32=secret --agency G05 --forgetful G12`."""

from __future__ import annotations

import argparse
import threading

from django.conf import settings

from exchange.bus_stub.agency import Agency
from exchange.bus_stub.moods import Mood
from exchange.bus_stub.server import BusStub

SHARES = ("duplicate", "delay", "corrupt", "error", "forget")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m exchange.bus_stub",
        description="A stand-in for the bus on which agencies exchange documents.",
    )
    parser.add_argument("--port", type=int, default=8400)
    parser.add_argument("--system", action="append", required=True, metavar="CODE=SECRET")
    parser.add_argument(
        "--agency", action="append", default=[], metavar="CODE",
        help="an agency outside that answers by itself, a step every few seconds",
    )  # fmt: skip
    parser.add_argument(
        "--forgetful", action="append", default=[], metavar="CODE",
        help="the same, but it loses each document that comes for the first time",
    )  # fmt: skip
    parser.add_argument("--pause", type=float, default=15.0, help="seconds between its steps")
    parser.add_argument("--reorder", action="store_true")
    for share in SHARES:
        parser.add_argument(f"--{share}", type=float, default=0.0, help="a share, 0 to 1")
    return parser


def main() -> None:
    options = arguments().parse_args()
    settings.configure(USE_I18N=False)  # for the sentences about a message that cannot be read
    systems = dict(each.split("=", 1) for each in options.system)
    shares = {share: getattr(options, share) for share in SHARES}
    answering = [
        *(Agency(code) for code in options.agency),
        *(Agency(code, forgetful=True) for code in options.forgetful),
    ]
    systems |= {each.code: "" for each in answering}  # nobody else speaks in their name
    stub = BusStub(systems, options.port, Mood(reorder=options.reorder, **shares))
    for each in answering:
        threading.Thread(
            target=each.live, args=(stub.kept, options.pause), daemon=True
        ).start()  # fmt: skip
    stub.serve_forever()


if __name__ == "__main__":
    main()
