"""The portal's tables and database, and nothing else of it."""

from govit.settings import *  # noqa: F403

ROOT_URLCONF = "bench.bare"
