"""Routes for machines: people who are signed in are nobody there.

What each kind of client gets is the table of tests/onestop/test_api_walls.py.
"""

from __future__ import annotations

EVERYBODY = "anonymous=200 stranger=200 *=200"
NOBODY = "anonymous=401 stranger=401 *=401"
ACCESS: dict[str, tuple[str, ...]] = {
    "api_page": (f"GET {EVERYBODY}",),
    "api:schema": (f"GET {EVERYBODY}",),
    "api:nothing": (
        "GET anonymous=404 stranger=404 *=404",
        "POST anonymous=404 stranger=404 *=404",
    ),
    "api:event_list": (f"GET {NOBODY}",),
    "api:procedure_list": (f"GET {NOBODY}",),
    "api:procedure_detail": (f"GET {NOBODY}",),
    "api:dossier_list": (
        f"GET {NOBODY}",
        f"POST {NOBODY}",
    ),
    "api:file_upload": (f"POST {NOBODY}",),
    "api:supplement": (f"POST dossier:own {NOBODY}",),
    "api:dossier_detail": (
        f"GET dossier:own {NOBODY}",
        f"GET {NOBODY}",
    ),
}
