"""Each form as it is printed: every field of the circular is there, and nothing runs over."""

import csv
import io
import re
import shutil
import subprocess
import unicodedata
from functools import cache

import pytest
import segno
from django.conf import settings
from pypdf import PdfReader

from common.pdf import qr_svg_data_uri
from papers import rules, wording
from papers.forms_data import plain_data
from papers.models import PrintedForm
from papers.services import paper_context, paper_response
from tests.papers import samples

A4_POINTS = (595, 842)
# Part of the paper's own words, each from a field that the circular names in more than one part
VALUES = {
    "01": ["Ủy ban nhân dân tỉnh Khánh Hòa", "Trung tâm Phục vụ hành chính công", "07/TTPVHCC",
           "02", "H32.10-260302-0007", "Nguyễn Thị Ngọc Ưởng", "056185001234", "12 Lê Thánh Tôn",
           "0905123456", "uong.nguyen@example.vn", "Trần Văn Đỗ", "056090004321", "5 Yersin",
           "0914000111", "do@example.vn", "Giấy ủy quyền số 12", "an toàn thực phẩm",
           "Bản thuyết minh điều kiện", "1 bộ", "03 ngày làm việc", "Qua dịch vụ bưu chính",
           "700.000 đồng", "Quyển số: 2026; số thứ tự: 7", "Lê Thị Thu", "123 4567 8903"],
    "02": ["07/PBS-TTPVHCC", "Nguyễn Thị Ngọc Ưởng", "an toàn thực phẩm", "12 Lê Thánh Tôn",
           "0905123456", "uong.nguyen@example.vn", "Bổ sung bản vẽ", "Sửa địa chỉ",
           "chưa có dấu", "0258 3822 000", "Lê Thị Thu", "23/03/2026"],
    "03": ["07/PTC-TTPVHCC", "056185001234", "0905123456", "H32.10-260302-0007",
           "không thuộc thẩm quyền", "Đề nghị nộp tại", "Lê Thị Thu"],
    "04": ["07/PXL-TTPVHCC", "Nguyễn Thị Ngọc Ưởng", "02/03/2026", "Sở Nông nghiệp và Môi trường",
           "056185001234", "H32.10-260302-0007", "bão số 2", "Phạm Văn Bảo", "Phó Giám đốc"],
    "05": ["07/TB-TTPVHCC", "H32.10-260302-0007", "an toàn thực phẩm", "03/03/2026",
           "Đơn nộp tại Một cửa", "Thay đổi địa điểm", "Thẩm định", "hoàn trả theo quy định",
           "Bản thuyết minh điều kiện cơ sở", "Giám đốc"],
    "06": ["07/PKS-TTPVHCC", "H32.10-260302-0007", "Sở Nông nghiệp và Môi trường", "Sở Y tế",
           "Phòng Quản lý chất lượng", "08:05, 02/03/2026", "Lê Thị Thu", "Trước hạn", "Đúng hạn",
           "Quá hạn", "Chuyển điện tử"],
}  # fmt: skip
SIGNATURES = {"receiver_signature", "submitter_signature", "guide_signature"}
REPLACED = {"head_signature", "authority_signature"}  # by the signer's own title
UNLABELLED = {"letterhead", "date"}  # the head of the paper has no label


def printed(form, version="TT03/2025", **changes):
    return PrintedForm(
        form=form.form,
        version=version,
        year=2026,
        number=7,
        subject_name=samples.CODE,
        data=plain_data(form),
        **changes,
    )


def rendered(form, version="TT03/2025", **changes):
    has_qr = form.form == "01" or getattr(form, "lookup", None)
    url = "https://motcua.example.gov.vn/tra-cuu/qr/" + rules.new_token() if has_qr else ""
    response = paper_response(printed(form, version, **changes), qr_url=url)
    response.render_paper()
    return PdfReader(io.BytesIO(response.content))


def words_of(reader):
    """All text without the line breaks of the page, in lower case as capitals come from CSS."""
    text = " ".join(page.extract_text() for page in reader.pages)
    return squeezed(text)


def squeezed(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text)).lower()


def labels(form, version="TT03/2025"):
    with (wording.DATA / "forms.csv").open(encoding="utf-8", newline="") as file:
        return [
            row for row in csv.DictReader(file)
            if row["form"] == form and version in row["circulars"].split()
        ]  # fmt: skip


MAKERS = {
    "01": samples.receipt, "02": samples.supplement, "03": samples.refusal, "04": samples.apology,
    "05": samples.stop, "06": samples.control,
}  # fmt: skip


@cache
def sample_of(form):
    """The common paper of that form as it is read back: several tests look at one print."""
    return rendered(MAKERS[form]())


@pytest.mark.parametrize("form", MAKERS)
def test_every_field_of_the_circular_is_on_the_paper(form):
    words = words_of(sample_of(form))
    asked = [
        row for row in labels(form)
        if row["type"] != "part" and row["key"] not in UNLABELLED | REPLACED
    ]  # fmt: skip
    assert len(asked) >= 6
    missing = [row["field_vi"] for row in asked if squeezed(row["printed"]) not in words]
    assert not missing


@pytest.mark.parametrize("form", MAKERS)
def test_every_value_is_on_the_paper(form):
    words = words_of(sample_of(form))
    assert not [value for value in VALUES[form] if squeezed(value) not in words]


@pytest.mark.parametrize("form", MAKERS)
def test_the_title_is_that_of_the_circular_in_force(form):
    words = words_of(sample_of(form))
    assert squeezed(wording.shipped_named(form, "TT03/2025").words.title) in words


def test_every_field_of_the_source_has_its_label():
    counts = {"01": 20, "02": 11, "03": 12, "04": 11, "05": 7, "06": 10}
    for form, count in counts.items():
        assert len([row for row in labels(form) if row["type"] != "part"]) == count


@pytest.mark.parametrize("form", MAKERS)
def test_a_common_paper_is_one_a4_page(form):
    reader = sample_of(form)
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == A4_POINTS


def test_the_old_receipt_lists_originals_and_copies_in_a_table_and_asks_no_identity():
    words = words_of(rendered(samples.receipt(), "TT01/2018"))
    assert squeezed("Bản chứng thực") in words
    assert squeezed("Số định danh cá nhân/tổ chức") not in words
    old = words_of(rendered(samples.apology(), "TT01/2018"))
    assert squeezed("Phiếu xin lỗi và hẹn lại ngày trả kết quả") in old


BOX = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<')
LEFT, TOP, RIGHT, BOTTOM = 85, 15, 553, 786  # margins of NĐ 30 in points; the page number above


def words_outside_the_margins(form):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is missing (poppler-utils): places of words cannot be read")
    response = paper_response(printed(form), qr_url="https://motcua.example.gov.vn/qr/x")
    response.render_paper()
    done = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=response.content, capture_output=True, check=True
    )
    boxes = BOX.findall(done.stdout.decode())
    assert len(boxes) > 100
    return [
        word for left, top, right, bottom, word in boxes
        if float(left) < LEFT - 1 or float(top) < TOP or float(right) > RIGHT + 1
        or float(bottom) > BOTTOM + 1
    ]  # fmt: skip


@pytest.mark.slow
def test_long_names_fifteen_papers_and_stacked_marks_stay_on_the_page_and_complete():
    reader = rendered(samples.long_receipt())
    words = words_of(reader)
    assert squeezed(samples.LONG_NAME) in words
    assert squeezed(samples.STACKED) in words
    assert squeezed("x" * 200 + "@example.vn") in words
    for number in range(1, 16):
        assert squeezed(f"Giấy tờ thứ {number}: Cấp giấy chứng nhận") in words
    assert 2 <= len(reader.pages) <= 3
    assert words_outside_the_margins(samples.long_receipt()) == []


@pytest.mark.slow
def test_signatures_do_not_stand_alone_on_the_last_page():
    """They follow at least the last line of the form, whatever the number of papers."""
    for count in range(5, 20, 2):
        part = samples.data.Component("Đơn đề nghị theo mẫu", originals=1)
        reader = rendered(samples.receipt(components=[part] * count))
        last = squeezed(reader.pages[-1].extract_text())
        assert "12345678903" in last or len(reader.pages) == 1


def test_who_must_complete_a_dossier_is_named_with_the_identity_number_since_2025():
    assert samples.PERSON.identity_number in words_of(sample_of("02"))
    old = words_of(rendered(samples.supplement(), "TT01/2018"))
    assert samples.PERSON.identity_number not in old


def test_the_receipt_names_the_second_factor_of_the_lookup():
    context = paper_context(printed(samples.receipt()), qr_url="https://a.vn/x")
    framed = [block for block in context["blocks"] if block["kind"] == "frame"]
    told = "".join(piece["text"] for piece in framed[0]["halves"][0])
    assert "123 4567 8903" in told
    assert "4 số cuối của số điện thoại" in told


def test_a_receipt_without_its_qr_is_not_printed():
    with pytest.raises(ValueError, match="QR"):
        paper_response(printed(samples.receipt()))


def test_a_name_is_printed_as_text_and_never_as_markup():
    person = samples.data.Person(name="<b>An</b><img src='file:///etc/passwd'>")
    words = words_of(rendered(samples.receipt(applicant=person)))
    assert squeezed("<b>An</b><img src='file:///etc/passwd'>") in words


def test_a_file_is_named_by_the_code_and_never_by_a_person():
    visit = printed(samples.supplement())
    visit.subject_name = "Nguyễn Văn An"
    assert "mau-02-7-2026.pdf" in paper_response(visit)["Content-Disposition"]
    slip = paper_response(printed(samples.receipt()), qr_url="https://a.vn/x")
    assert "mau-01-H32.10-260302-0007.pdf" in slip["Content-Disposition"]


def test_the_qr_code_itself_is_28_millimetres_or_more_at_level_m():
    css = (settings.BASE_DIR / "static/css/paper.css").read_text()
    side = float(re.search(r"\.qr-image \{ width: ([\d.]+)mm; height: \1mm", css)[1])
    for length in (40, 60, 90, 120):
        code = segno.make("https://m.vn/".ljust(length, "x"), error="m", micro=False)
        modules = code.symbol_size(border=0)[0]
        assert side * modules / (modules + 8) >= 28
    context = paper_context(printed(samples.receipt()), qr_url="https://a.vn/x")
    assert context["qr"] == qr_svg_data_uri("https://a.vn/x")
