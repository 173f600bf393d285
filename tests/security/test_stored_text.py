"""What people type is shown as text: on every page, and in a spreadsheet as no formula."""

from __future__ import annotations

import io

import pytest
from django.apps import apps
from django.forms import BaseModelForm
from openpyxl import load_workbook

from audit import bus
from tenancy.scope import tenant_scope
from tests.access_table import ACCESS
from tests.marks import first
from tests.test_access import address, expectations, open_world
from tests.test_architecture import ROOT

SCRIPT = "<script>alert(1)</script>"
PAYLOAD = f"=1+1{SCRIPT}\"'><img src=x onerror=alert(2)>"
STORED = {  # fields that people fill freely, and that pages show
    "organizations.User": ("full_name", "phone"),
    "organizations.Unit": ("name", "address", "phone"),
    "organizations.Position": ("title",),
    "onestop.Dossier": ("applicant_name",),
    "onestop.DossierPerson": ("name",),
    "onestop.ProcedureVersion": ("name",),
    "onestop.StepRun": ("name",),
    "documents.Incoming": ("issuer", "subject", "note", "signer_name", "reference"),
    "documents.Outgoing": ("subject", "signer_position", "paper_reason"),
    "documents.Registry": ("name",),
    "notifications.Notification": ("text", "subject_name"),
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), open_world(tmp_path_factory.mktemp("media")) as world:
        with tenant_scope(world.home):
            for model, names in STORED.items():
                kind = apps.get_model(model)
                values = {
                    name: PAYLOAD[: kind._meta.get_field(name).max_length or 200] for name in names
                }
                kind.objects.update(**values)
        yield world


@pytest.fixture(autouse=True)
def _unblocked(world, django_db_blocker):
    with django_db_blocker.unblock():
        yield


PAGES = [
    (name, line)
    for name, lines in ACCESS.items()
    for line in lines
    if line.startswith("GET") and ":other" not in line and ":away" not in line
]


@pytest.mark.parametrize("person", first(1, ["clerk", "superuser", "leader", "officer"]))
def test_markup_in_a_name_is_text_on_every_page(world, person):
    browser, shown = world.browser(person), set()
    for name, line in PAGES:
        _method, kind, place, wanted = expectations(line)
        if wanted.get(person) != "200" or name == "onestop:dossier_file":
            continue
        page = browser.get(address(name, world.arguments(kind, place) if kind else {}))
        if "html" not in page["Content-Type"]:
            page.close()  # a file that nobody reads to its end
            continue
        assert SCRIPT not in page.text, name
        assert "<img src=x" not in page.text, name
        if "&lt;script&gt;" in page.text:
            shown.add(name)
    assert len(shown) >= 5, "the pages that show names were not seen at all"


def test_a_name_that_begins_with_an_equals_sign_is_no_formula(world):
    answer = world.browser("officer").get(address("onestop:dossier_export"))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert any(str(cell.value).startswith("=1+1") for cell in cells)
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_no_form_takes_its_fields_from_a_table():
    """A field that is added to a table later is then no field of a form (mass assignment)."""

    def below(kind: type) -> set[type]:
        return {kind} | {one for each in kind.__subclasses__() for one in below(each)}

    ours = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"common", "organizations"}
    found = [kind for kind in below(BaseModelForm) if kind.__module__.split(".")[0] in ours]
    assert {"onestop", "portal"} <= ours
    assert not [kind for kind in found if kind._meta.model and not kind._meta.fields]


APPS = {
    "documents",
    "onestop",
    "organizations",
    "files",
    "portal",
    "papers",
    "reports",
    "exchange",
    "notifications",
    "ranking",
    "directives",
}
HEARERS = {
    "consumers.py", "council_news.py", "apps.py", "wiring.py", "words.py", "timeline.py",
}  # fmt: skip


def test_everything_that_is_waited_for_is_recorded_somewhere():
    sources = "".join(
        path.read_text()
        for path in ROOT.glob("*/**/*.py")
        if path.parts[len(ROOT.parts)] in APPS and path.name not in HEARERS
    )
    waited = [action for action, handlers in bus._handlers.items() if handlers]
    assert len(waited) > 10
    assert not [action for action in waited if f'"{action}"' not in sources]
