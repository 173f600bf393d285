"""Settings of the worker processes that tests start and kill."""

import os

from tests.settings import *  # noqa: F403

for _database in DATABASES.values():  # noqa: F405
    _database["NAME"] = os.environ["GOVIT_WORKER_DB"]
RING_THE_BELL = True
