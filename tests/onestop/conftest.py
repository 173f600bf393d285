"""What several files of the one-stop stand on."""

import pytest

from tenancy.scope import tenant_scope
from tests.onestop.counter import with_papers
from tests.onestop.dossiers import the_procedure
from tests.people import make_town


@pytest.fixture
def stage(fresh_province):
    """A province of its own with its people and a procedure, committed."""
    with tenant_scope(fresh_province):
        town = make_town()
        the_procedure(town)
    return fresh_province, town


@pytest.fixture
def procedure(province, town):
    """With papers and a fee, ready to be received."""
    with tenant_scope(province):
        return with_papers(town)


@pytest.fixture
def counter(client, procedure, town):
    """The clerk's browser."""
    return client.sign_in(town.clerk)
