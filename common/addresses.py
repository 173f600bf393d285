"""What counts as one address on the internet, and which of others' servers may be called."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings


def network_of(address: str) -> str:
    """What is counted as one address: IPv4 as it is, IPv6 by /64, IPv4 written as IPv6 as IPv4."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""  # of nobody we know: all such share one counter
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), 64), strict=False))


def is_safe(url: str) -> bool:
    """https with a host and without a password in it; the demo speaks with its own stubs."""
    parts = urlsplit(url)
    if parts.username or parts.password or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and settings.GOVIT_DEMO)
