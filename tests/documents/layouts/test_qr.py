"""The QR code at the foot of a paper, and what it tells whoever scans it."""

from __future__ import annotations

from documents.drafting import Content
from documents.issuing import Stage
from documents.layouts.rendering import render
from documents.models import Outgoing
from documents.papers_of import paper_of
from documents.services import issuing
from tenancy.scope import tenant_scope
from tests.documents.drafts import begun, brought_to
from tests.documents.layouts.samples import paper
from tests.documents.layouts.test_rendering import pages_of, rects_of, text_of

URL = "https://h32.localhost/kiem-tra-van-ban/0123456789abcdefghijkl/"


def test_the_code_stands_in_the_margin_below_and_moves_nothing(drawn):
    plain, coded = (render(paper(text="Đoạn.\n" * 90, check_url=url)) for url in ("", URL))
    words = [[text_of(each) for each in pages_of(pdf)] for pdf in (plain, coded)]
    assert words[0] == words[1]
    assert rects_of(plain) == rects_of(coded)

    def darkest(pdf, page, left, bottom, right, top):
        picture, dot = drawn(pdf, page), 100 / 25.4
        box = (left * dot, picture.height - top * dot, right * dot, picture.height - bottom * dot)
        return picture.crop([round(each) for each in box]).getextrema()[0]

    foot = (30, 4.5, 44, 18)  # millimetres: below the text, not at the edge of the sheet
    assert (darkest(plain, 0, *foot), darkest(coded, 0, *foot) < 60) == (255, True)
    assert darkest(coded, 0, 0, 0, 210, 3.8) == 255
    assert darkest(coded, 1, 0, 0, 210, 19) == 255  # on the first page alone


def test_each_document_has_a_code_of_its_own_unless_its_body_prints_none(scope, town):
    first, second = begun(town), begun(town)

    def url(outgoing):
        return paper_of(outgoing, outgoing.drafts.get()).check_url

    assert url(first).endswith(f"/kiem-tra-van-ban/{first.check_token}/")
    assert url(first) != url(second)
    assert len(first.check_token) >= 22  # 128 bits
    first.registry.prints_qr = False
    assert url(first) == ""


def test_it_tells_what_stands_on_the_paper_and_what_became_of_it(client, province, town):
    with tenant_scope(province):
        outgoing = brought_to(Stage.SEALED, town, content=Content(body="Nội dung bên trong"))
        body = outgoing.registry.name
    address = f"/kiem-tra-van-ban/{outgoing.check_token}/"
    assert client.get(address).status_code == 404  # not issued yet
    with tenant_scope(province):
        issuing.issue(outgoing.pk, actor=town.records_clerk)
    answer = client.get(address)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    day = f"{outgoing.issued_on:%d/%m/%Y}"
    for words in (outgoing.reference, outgoing.subject, body, day):
        assert words in answer.text
    for words in (town.officer.full_name, "Nội dung bên trong", "Sở Tư pháp"):
        assert words not in answer.text
    with tenant_scope(province):
        issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Sai thẩm quyền")
        recalled = Outgoing.objects.get(pk=outgoing.pk)
    page = client.get(address).text
    assert "Đã thu hồi" in page
    assert recalled.closing_words not in page
    assert client.get("/kiem-tra-van-ban/sai/").status_code == 404
