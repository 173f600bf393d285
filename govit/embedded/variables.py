"""The variables the project reads, filled in for an embedded database and broker."""

from pathlib import Path

from govit import environment
from govit.embedded.servers import ADMINISTRATOR, Servers, new_password
from govit.provision import DEFAULT_DATABASE, ROLES, provision

ADMINISTRATOR_KEY = "ADMINISTRATOR_PASSWORD"


def keep_secrets(file: Path) -> dict[str, str]:
    """Passwords and the signing key: made once, kept in a file for the owner alone."""
    kept = environment.read(file)
    wanted = [ADMINISTRATOR_KEY, "SECRET_KEY", *(role.variable for role in ROLES if role.variable)]
    missing = {key: new_password() + new_password() for key in wanted if not kept.get(key)}
    if missing:
        kept |= missing
        environment.write(file, kept)
    return kept


def database_variables(servers: Servers, secrets: dict[str, str]) -> dict[str, str]:
    """The addresses of the database for every role of the portal."""
    return {
        role.variable: servers.address(role.name, secrets[role.variable], DEFAULT_DATABASE)
        for role in ROLES
        if role.variable
    }


def provision_embedded(servers: Servers, addresses: dict[str, str]) -> None:
    """Make roles and database in the embedded PostgreSQL."""
    provision(servers.address(ADMINISTRATOR, servers.password, ADMINISTRATOR), addresses)
