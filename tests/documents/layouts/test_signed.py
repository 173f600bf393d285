"""What is laid out here is what the ground of signatures takes, fills and believes."""

import datetime as dt

import pytest
from django.utils import translation

from documents.layouts.fields import with_fields
from documents.layouts.paper import issue_values
from documents.layouts.rendering import render
from documents.rules.form_check import check_form
from files.reading import read_pdf
from papers.signatures.verifying import verify_pdf
from tests.documents.layouts.samples import annexed, paper
from tests.documents.layouts.test_uploads import headed
from tests.papers.signatures.genuine import whole
from tests.papers.signatures.ground import GROUND, NOW

PAPERS = {
    "annexed": lambda: render(annexed()),
    "letter": lambda: render(paper("cong-van")),
    "uploaded": lambda: with_fields(headed(), signer="Trần Thị Ngọc Ánh"),
}


@pytest.mark.parametrize("made", PAPERS)
def test_a_paper_is_signed_numbered_and_sealed_and_is_believed_by_who_gets_it(made):
    with translation.override("vi"):
        values = issue_values(5, dt.date(2026, 2, 3))
    pdf = whole(PAPERS[made](), values=values)
    verdict = verify_pdf(pdf, GROUND.trust(), at=NOW + dt.timedelta(hours=1))
    assert verdict.reasons == ()
    assert [each.field for each in verdict.signatures] == ["nguoi_ky", "con_dau"]
    facts = read_pdf(pdf)
    assert facts.fields == {"so": "05", "ngay": "03 tháng 02 năm 2026"}
    assert check_form(pdf) == []
