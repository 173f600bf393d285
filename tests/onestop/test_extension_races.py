"""Two heads sign one proposed date at the same moment: one does, and one form 04 is numbered."""

import pytest

from onestop.models import Dossier, DueChange, Extension
from onestop.services.extensions import sign_extension
from papers.models import PrintedForm
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import assigned
from tests.onestop.racing import at_once, without_the_lock
from tests.onestop.test_extensions import proposed


def ready(town):
    dossier = assigned(town)
    proposed(dossier, town)
    return dossier.pk


@pytest.mark.slow
def test_of_eight_signatures_one_counts_and_without_the_lock_the_database_refuses(stage):
    province, town = stage
    with tenant_scope(province):
        first, second = ready(town), ready(town)
    fair = at_once(province, lambda _n: sign_extension(first, actor=town.leader).pk, count=8)
    assert fair.faults == []
    assert (len(fair.won), len(fair.refused)) == (1, 7)
    with tenant_scope(province):
        assert PrintedForm.objects.filter(form="04").count() == 1
        assert Extension.objects.get(dossier=first).state == "granted"
        assert DueChange.objects.filter(dossier=first, reason="extended").count() == 1
    with without_the_lock():
        unfair = at_once(
            province, lambda _n: sign_extension(second, actor=town.leader).pk, 2, is_control=True
        )
    assert len(unfair.won) > 1
    with tenant_scope(province):
        forms = PrintedForm.objects.of(Dossier.objects.get(pk=second)).filter(form="04")
        assert forms.count() > 1
