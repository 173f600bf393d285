"""Routes of the words of printed forms."""

from __future__ import annotations

ACCESS: dict[str, tuple[str, ...]] = {
    "papers:order_detail": ("GET *=404", "POST *=405"),  # one's own: tests/papers/test_orders.py
    "papers:order_file": ("GET *=404", "POST *=405"),
    "papers:form_detail": (
        "GET editor,superuser=404 *=403",
        "POST *=405",
        "GET form:own editor,superuser=200 *=403",
    ),
    "papers:form_draft": (
        "GET *=405",
        "POST editor,superuser=404 *=403",
        "POST edition:own editor,superuser=- *=403",
        "POST edition:away editor,superuser=404 *=403",
    ),
    "papers:form_edit": (
        "GET *=404",
        "POST *=404",
        "GET draft:own editor,superuser=200 *=404",
        "GET draft:away *=404",
        "POST draft:own editor,superuser=422 *=404",
        "POST draft:away *=404",
    ),
    "papers:form_edition": (
        "GET editor,superuser=404 *=403",
        "POST *=405",
        "GET edition:own editor,superuser=200 *=403",
        "GET edition:away editor,superuser=404 *=403",
    ),
    "papers:form_list": ("GET editor,superuser=200 *=403",),
    "papers:form_preview": (
        "GET editor,superuser=404 *=403",
        "POST *=405",
        "GET edition:own editor,superuser=200 *=403",
        "GET edition:away editor,superuser=404 *=403",
    ),
    "papers:form_publish": (
        "GET *=405",
        "POST *=404",
        "POST draft:own editor,superuser=422 *=404",
        "POST draft:away *=404",
    ),
    "papers:form_withdraw": (
        "GET *=405",
        "POST *=404",
        "POST draft:own editor,superuser=- *=404",
        "POST draft:away *=404",
    ),
}
