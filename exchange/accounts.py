"""Under which address and name a province speaks with the national portal: from the environment.

`NATIONAL_SYNC_H32_URL` and so on for province H32; docs/operations.md. Secrets are no dated rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from urllib.parse import urlsplit

from django.conf import settings

from common.addresses import is_safe


@dataclass(frozen=True)
class Account:
    """One province's account; `ca_file` names the authority when the machine does not know it."""

    url: str
    login_url: str
    user: str
    password: str = field(repr=False)
    unit: str = ""  # madonvi
    destination: str = ""  # header dstcode
    ca_file: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


def account_of(code: str) -> Account | None:
    """The account of the province with that code; None when it is missing or not complete."""
    found = settings.NATIONAL_SYNC.get(code, {})
    names = {one.name for one in fields(Account)}
    known = {name.lower(): value for name, value in found.items() if value}
    known = {name: value for name, value in known.items() if name in names}
    if not {"url", "login_url", "user", "password"} <= set(known):
        return None
    account = Account(**known)
    return account if is_safe(account.url) and is_safe(account.login_url) else None
