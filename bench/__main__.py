"""bin/bench: make the rows when they are missing, start the servers, measure, print."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.rows import GROUND, Databases, fill, manage
from govit import environment
from govit.embedded.children import Family, end_leftovers
from govit.embedded.places import arrange
from govit.embedded.scratch import OPTIONS
from govit.embedded.servers import Servers, new_password
from govit.embedded.variables import (
    ADMINISTRATOR_KEY,
    database_variables,
    keep_secrets,
    provision_embedded,
)
from govit.embedded.web import name_for

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_LOADER_URL", "DATABASE_DISPATCH_URL")
SOURCES, SMALL = 1_000, 10_000
BEGAN = time.monotonic()


def tell(words: str) -> None:
    print(f"  {time.monotonic() - BEGAN:6.1f} s  {words}", flush=True)


@contextmanager
def databases() -> Iterator[Databases]:
    """Of the environment, or an embedded server whose data stay under var/bench."""
    if "DATABASE_URL" in os.environ:
        yield Databases({key: os.environ[key] for key in GIVEN})
        return
    VAR.mkdir(mode=0o711, parents=True, exist_ok=True)
    end_leftovers(VAR / "children.json")
    family = Family(VAR / "log", VAR / "children.json")
    try:
        secrets = keep_secrets(VAR / "secrets")
        places = arrange(VAR, Path("/var/lib") / name_for(VAR))
        servers = Servers(family, places, secrets[ADMINISTRATOR_KEY], OPTIONS)
        servers.start()
        addresses = database_variables(servers, secrets)
        provision_embedded(servers, addresses)
        os.environ["REDIS_URL"] = servers.valkey_address
        yield Databases({key: addresses[key] for key in GIVEN})
    finally:
        family.stop()


def make_rows(found: Databases, wanted: dict[str, int], reset: bool) -> None:
    """The ground once, then as many rows as each database wants."""
    missing = [name for name in wanted if reset or not found.is_ready(name)]
    if not missing:
        return
    tell("rows are missing: making them; they are kept for the next run")
    if reset or not found.is_ready(GROUND):
        make_ground(found)
    for name in missing:
        found.make(name, GROUND)
        began = time.monotonic()
        fill(found, name, wanted[name], tell)
        found.mark(name)
        tell(f"{name}: {wanted[name]:,} dossiers and documents in {time.monotonic() - began:.0f} s")


def make_ground(found: Databases) -> None:
    """Tables, and the real units, people and procedures of the demo."""
    found.make(GROUND)
    manage(found.variables(GROUND), "migrate", "--no-input")
    tell("tables are there")
    began = time.monotonic()
    manage(found.variables(GROUND), "load_demo", "--dossiers", str(SOURCES))
    found.mark(GROUND)
    tell(f"units, people, procedures and {SOURCES:,} dossiers in {time.monotonic() - began:.1f} s")


def save_at_once(seconds: int) -> int:
    """On a database of its own, made from the ground: exit 1 when one was lost or failed."""
    name = "portal_bench_ranking"
    with databases() as found:
        environment.load()
        if not found.is_ready(GROUND):
            make_ground(found)
        found.make(name, GROUND)
        os.environ |= found.variables(name)
        manage({}, "collectstatic", "--no-input")
        from bench.measures import LOG  # noqa: PLC0415  settings are read when it is imported

        tell(f"the portal's own words go to {LOG}")
        from bench.autosaves import run  # noqa: PLC0415

        return 1 if run(found, name, LOG, seconds) else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="100,000 dossiers instead of 1,000,000")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bound is missed")
    parser.add_argument("--reset", action="store_true", help="make the rows anew")
    parser.add_argument("--load", type=int, default=300, metavar="SECONDS",
                        help="how long 40 requests a second are sent; 0: not at all")  # fmt: skip
    parser.add_argument("--autosaves", type=int, default=0, metavar="SECONDS",
                        help="only this: units save 40 answers a second for so long")  # fmt: skip
    options = parser.parse_args()
    os.environ.setdefault("SECRET_KEY", new_password() + new_password())
    os.environ |= {"GOVIT_DEMO": "1", "SITE_HTTPS": "0", "VAR_DIR": str(VAR)}
    os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "120000")
    VAR.mkdir(mode=0o711, parents=True, exist_ok=True)
    many = 100_000 if options.fast else 1_000_000
    if options.autosaves:
        return save_at_once(options.autosaves)
    small, large = "portal_bench_small", f"portal_bench_{'fast' if options.fast else 'large'}"
    with databases() as found:
        environment.load()  # what the environment does not say: fonts, not the demo's database
        make_rows(found, {small: SMALL, large: many}, options.reset)
        os.environ |= found.variables(large)
        manage({}, "collectstatic", "--no-input")
        from bench.measures import Bench  # noqa: PLC0415  settings are read when it is imported

        bench = Bench(found, small, large, many, tell, load_seconds=options.load)
        try:
            bench.run()
            from bench import directives, documents, rankings  # noqa: PLC0415

            rankings.measures(bench.province, bench.say)
            documents.measures(bench)
            directives.measures(bench)
        finally:
            bench.close()
        missed = bench.report()
    return 1 if missed and options.strict else 0


if __name__ == "__main__":
    sys.exit(main())
