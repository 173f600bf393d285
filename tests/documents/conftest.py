import pytest

from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.people import make_town


@pytest.fixture
def stage(fresh_province):
    """A province of its own with its people and a registry, committed."""
    with tenant_scope(fresh_province):
        town = make_town()
        registry_of(town)
    return fresh_province, town
