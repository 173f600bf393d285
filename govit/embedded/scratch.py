"""A PostgreSQL and a Valkey for a while: for the checks, thrown away afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from govit.embedded.children import Family
from govit.embedded.places import arrange
from govit.embedded.servers import SPEED_BEFORE_SAFETY, Servers, new_password
from govit.embedded.variables import (
    ADMINISTRATOR_KEY,
    database_variables,
    keep_secrets,
    provision_embedded,
)

OPTIONS = {
    **SPEED_BEFORE_SAFETY,
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_locks_per_transaction": "256",
    "autovacuum": "off",  # a plan must not hang on when statistics were last taken
}


@contextmanager
def scratch_servers(binaries: Path | None = None) -> Iterator[dict[str, str]]:
    """Yield the variables of fresh servers; ADMIN_DATABASE_URL is among them."""
    folder = Path(tempfile.mkdtemp(prefix="govit-check-"))
    folder.chmod(0o711)  # PostgreSQL may have to run as another account
    family = Family(folder / "log", folder / "children.json")
    places = arrange(folder, folder / "outside", binaries)
    try:
        secrets = keep_secrets(folder / "secrets")
        servers = Servers(family, places, secrets[ADMINISTRATOR_KEY], OPTIONS)
        servers.start()
        addresses = database_variables(servers, secrets)
        provision_embedded(servers, addresses)
        yield {
            **addresses,
            "GOVIT_POSTGRES_PROGRAMS": str(places.postgres),
            "ADMIN_DATABASE_URL": servers.address("postgres", servers.password, "postgres"),
            "REDIS_URL": servers.valkey_address,
            "SECRET_KEY": new_password() + new_password(),
            "GOVIT_DEMO": "1",
            "MEDIA_ROOT": str(folder / "media"),
            "MAIL_DIR": str(folder / "mail"),
        }
    finally:
        family.stop()
        shutil.rmtree(places.sockets, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
