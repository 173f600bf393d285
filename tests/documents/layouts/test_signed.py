"""What is laid out here is what the ground of signatures takes, fills and believes."""

import datetime as dt

import pytest
from django.utils import translation

from documents.layouts.fields import with_fields
from documents.layouts.paper import issue_values
from documents.layouts.rendering import render
from documents.rules.form_check import check_form
from files.reading import read_pdf
from papers.signatures.fields import SECOND
from papers.signatures.preparing import to_be_filled
from papers.signatures.reasons import Reason
from papers.signatures.verifying import verify_pdf
from tests.documents.layouts.samples import annexed, paper
from tests.documents.layouts.test_uploads import headed
from tests.papers.signatures.genuine import whole
from tests.papers.signatures.ground import GROUND, NOW, VALUES, sign

LATER = NOW + dt.timedelta(hours=1)
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
    verdict = verify_pdf(pdf, GROUND.trust(), at=LATER)
    assert verdict.reasons == ()
    assert [each.field for each in verdict.signatures] == ["nguoi_ky", "con_dau"]
    facts = read_pdf(pdf)
    assert facts.fields == {"so": "05", "ngay": "03 tháng 02 năm 2026"}
    assert check_form(pdf) == []


@pytest.mark.parametrize("made", [
    lambda: render(paper("bien-ban")),
    lambda: with_fields(headed(), signer="Trần Thị Ngọc Ánh", second="Lê Thị Bình"),
])  # fmt: skip
def test_two_sign_before_the_seal_and_none_of_them_is_left_out(made):
    pdf = made()
    wanted = to_be_filled(pdf)
    values = {name: text for name, text in VALUES.items() if name in wanted}
    first = sign(pdf, SECOND, GROUND.other_seal, certify=True)
    verdict = verify_pdf(whole(first, values=values, certify=False), GROUND.trust(), at=LATER)
    assert verdict.reasons == ()
    assert [each.field for each in verdict.signatures] == ["nguoi_ky_2", "nguoi_ky", "con_dau"]
    alone = verify_pdf(whole(pdf, values=values), GROUND.trust(), at=LATER)
    assert alone.reasons == (Reason.ORDER,)
