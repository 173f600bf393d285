import pytest

from tenancy.scope import tenant_scope
from tests.directives.office import make_office
from tests.people import make_town


@pytest.fixture
def office(province, town):
    with tenant_scope(province):
        return make_office(town)


@pytest.fixture
def stage(fresh_province):
    """A province of its own with its people, committed."""
    with tenant_scope(fresh_province):
        office = make_office(make_town())
    return fresh_province, office
