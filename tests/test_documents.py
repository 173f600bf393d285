"""What the documents name is there, and what is there is named."""

from __future__ import annotations

import re
import tomllib

import pytest
from django.apps import apps
from django.conf import settings

from tests.test_architecture import ROOT, name_of, tracked

OURS = {
    "audit",
    "files",
    "notifications",
    "onestop",
    "organizations",
    "papers",
    "portal",
    "reports",
    "tenancy",
}
DOCUMENTS = ["README.md", *(name_of(path) for path in tracked("docs/*.md"))]


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def our_models():
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def rows_of_the_glossary() -> str:
    return "\n".join(line for line in text_of("docs/glossary.md").splitlines() if line[:1] == "|")


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_model_has_its_line_in_the_glossary(model):
    assert re.search(rf"`(\w+\.)?{model.__name__}\b[^`]*`", rows_of_the_glossary())


def test_every_model_that_the_glossary_names_exists():
    models = {model._meta.label for model in our_models()}
    named = re.findall(rf"`((?:{'|'.join(OURS)})\.[A-Z]\w+)`", rows_of_the_glossary())
    assert len(named) > 20
    assert set(named) - models == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_exists(document):
    folders = "|".join({path.relative_to(ROOT).parts[0] for path in tracked("*/*")})
    named = re.findall(rf"`((?:{folders})/[\w./-]*\w)`", text_of(document))
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text_of(document))
    here = (ROOT / document).parent
    missing = [name for name in named if not (ROOT / name).exists() and not module_of(name)]
    missing += [name for name in linked if not (here / name).exists()]
    assert missing == []


def module_of(name: str) -> bool:
    """`common/working_time` or `onestop/services/clock`, written without its ending."""
    return (ROOT / f"{name}.py").exists()


def test_every_decision_has_its_own_number_and_stands_in_the_index():
    files = sorted(path.name for path in tracked("docs/decisions/0*.md"))
    numbers = [int(name[:4]) for name in files]
    assert numbers == list(range(1, len(files) + 1))
    index = text_of("docs/decisions/README.md")
    assert re.findall(r"\((0\d{3}-[\w-]+\.md)\)", index) == files
    for name in files:
        assert text_of(f"docs/decisions/{name}").startswith(f"# {name[:4]} ")


def test_the_readme_names_every_folder():
    readme = text_of("README.md")
    folders = {path.relative_to(ROOT).parts[0] for path in tracked("*/*")}
    assert {folder for folder in folders if f"{folder}/" not in readme} == {".ci"}


def block_of(title: str) -> str:
    """The block of code below a heading of the page of architecture."""
    found = re.search(rf"## {title}\n.*?```\n(.*?)```", text_of("docs/architecture.md"), re.DOTALL)
    assert found
    return found[1]


def test_the_layers_of_the_page_are_those_that_the_build_checks():
    contract = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    names = [name for layer in contract["layers"] for name in re.findall(r"\w+", layer)]
    block = block_of("Layers")
    written = [line.split()[0] for line in block.splitlines()]
    assert written == [name for name in names if (ROOT / name).is_dir()]


def test_the_life_of_a_page_names_the_middleware_in_its_order():
    block = block_of("The life of a page")
    of_ours = [
        path.rpartition(".")[2].removesuffix("Middleware")
        for path in settings.MIDDLEWARE
        if path.split(".")[0] in {"govit", "common", "tenancy", "organizations"}
    ]
    places = [block.find(name) for name in of_ours]
    assert -1 not in places
    assert places == sorted(places)
