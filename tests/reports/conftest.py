"""Who signs for the province."""

import pytest

from tenancy.scope import tenant_scope
from tests.people import make_person


@pytest.fixture
def chair(province, town):
    """Leads the People's Committee of the province."""
    with tenant_scope(province):
        return make_person("province_leader", town.root, title="Chủ tịch")
