"""A total of nothing is a total: 0,00 is printed, a dash stands for what is not known yet."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ranking.models import Verdict
from tenancy.scope import tenant_scope
from tests.people import make_person
from tests.ranking.tables import EXAMPLE
from tests.ranking.test_publication import decided_year

pytestmark = pytest.mark.django_db


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_the_page_of_the_dry_run_prints_zero_and_a_dash_for_what_is_not_appraised(
    client, province, town
):
    with tenant_scope(province):
        client.sign_in(make_person("ranking_manager", town.root))
    scores = (
        "unit,group,max,submitted_on,a,b\nSở Không,1,,2020-11-01,0,0\nSở Thiếu,1,,2020-11-01,,1\n"
    )
    sent = {
        "framework": SimpleUploadedFile("f.yaml", EXAMPLE.encode()),
        "scores": SimpleUploadedFile("s.csv", scores.encode()),
    }
    words = text_of(client.post("/xep-hang/chay-thu/", sent))
    assert "Sở Không 1 0,00 0,00 Yếu 1" in words
    assert "Sở Thiếu 1 – – – –" in words


def test_the_council_reads_a_total_of_zero(client, province, town):
    with tenant_scope(province):
        year = decided_year(town)
        Verdict.objects.filter(assessment=year.commune, is_final=True).update(points=0)
        name = year.commune.unit_name
    client.sign_in(year.runner)
    words = text_of(client.get(f"/xep-hang/ky/{year.cycle.pk}/ket-qua/"))
    assert re.search(rf"{name} 2 \S+ 0,00 0,00 Yếu", words), words
