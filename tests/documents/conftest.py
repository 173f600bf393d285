import pytest

from papers.signatures.authority import write_keys
from papers.signatures.remote_stub.server import RemoteStub
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.seals import MINE, SEAL, identity
from tests.people import make_town

PIN, CLIENT = "123456", ("portal", "stub-secret")


@pytest.fixture
def stage(fresh_province):
    """A province of its own with its people and a registry, committed."""
    with tenant_scope(fresh_province):
        town = make_town()
        registry_of(town)
    return fresh_province, town


@pytest.fixture
def stub(settings, province, town, tmp_path):
    """The service of the province, with the keys of the leader and of the body."""
    keys = {MINE: identity(town.leader.full_name), SEAL: identity("Sở mẫu")}
    write_keys(tmp_path, keys, PIN)
    made = RemoteStub(tmp_path, PIN, CLIENT).start()
    settings.GOVIT_DEMO = True
    settings.REMOTE_SIGNING = {province.code: {
        "URL": made.address, "CLIENT_ID": CLIENT[0], "CLIENT_SECRET": CLIENT[1],
    }}  # fmt: skip
    yield made
    made.close()
