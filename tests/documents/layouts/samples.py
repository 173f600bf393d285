"""One document of each type, as drafters write them."""

import dataclasses

from documents.document_types import document_types
from documents.layouts.measures import forms
from documents.layouts.paper import Annex, Capacity, Meeting, Paper, Signer

DEPUTY = Signer("Phó Chủ tịch", "Nguyễn Đắc Tài", Capacity.DEPUTY, "Chủ tịch", "Ủy ban nhân dân")
BODY = """Thực hiện Công văn số 12/UBND-KSTT ngày 05 tháng 11 năm 2026 của Ủy ban nhân dân tỉnh.
1. Rà soát hồ sơ quá hạn
a) Thống kê hồ sơ quá hạn theo từng lĩnh vực, xác định nguyên nhân và người chịu trách nhiệm;
b) Xin lỗi bằng văn bản theo quy định.
2. Gửi báo cáo trước ngày 15 tháng 12 năm 2026 để tổng hợp, báo cáo Ủy ban nhân dân tỉnh."""
DECISION = """Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;
Theo đề nghị của Giám đốc Sở Khoa học và Công nghệ tại Tờ trình số 125/TTr-SKHCN.

Điều 1. Ban hành kèm theo Quyết định này Quy chế quản lý, vận hành Hệ thống thông tin.
Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày ký.
Điều 3. Chánh Văn phòng Ủy ban nhân dân tỉnh; Giám đốc các sở; Chủ tịch Ủy ban nhân dân các xã, \
phường, đặc khu và các tổ chức, cá nhân có liên quan chịu trách nhiệm thi hành."""
REGULATION = """Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi điều chỉnh
Quy chế này quy định việc quản lý, vận hành và sử dụng Hệ thống.
Chương II
TRÁCH NHIỆM
Mục 1
TRÁCH NHIỆM CHUNG
Điều 2. Trách nhiệm của người đứng đầu
- Chỉ đạo, kiểm tra."""
TABLE = """| STT | Tên cơ quan | Số hồ sơ |
|---|---|---|
| 1 | Sở Nội vụ | 1250 |
| 2 | Sở Tài chính <b> & "x" | 975 |"""
MEETING = Meeting(
    "phiên họp thứ ba của Ban Chỉ đạo chuyển đổi số", "Chủ tịch Ủy ban nhân dân tỉnh",
    "08 giờ 00, ngày 25 tháng 11 năm 2026", "Phòng họp số 1, số 01 Trần Phú, phường Nha Trang",
)  # fmt: skip
ADDRESSED = ("Các sở, ban, ngành", "Ủy ban nhân dân các xã, phường, đặc khu")
WITH_ADDRESSEES = {"cong-van", "cong-dien", "giay-moi", "to-trinh", "bao-cao", "thu-cong"}
SUBJECT = "Tăng cường ứng dụng công nghệ thông tin trong giải quyết thủ tục hành chính"


def paper(type_code: str = "ke-hoach", **changes) -> Paper:
    """A document of this type by the People's Committee of the province."""
    form = forms()[type_code]
    kind = document_types()[type_code]
    usual = Paper(
        type_code=type_code,
        issuer="Ủy ban nhân dân tỉnh Khánh Hòa",
        place="Khánh Hòa",
        symbol="-".join(part for part in (kind.abbreviation, "UBND") if part),
        subject=SUBJECT,
        text=DECISION if form.layout == "decision" else BODY,
        signer=DEPUTY,
        recipients=("Như trên", "TT. Tỉnh ủy, TT. HĐND tỉnh;", "- Cổng Thông tin điện tử tỉnh"),
        archive="VT, KSTT",
        addressees=ADDRESSED if type_code in WITH_ADDRESSEES else (),
        meeting=MEETING if form.layout == "invitation" else None,
        beside=Signer("Thư ký", "Lê Thị Bình") if form.layout in {"minutes", "contract"} else None,
    )
    return dataclasses.replace(usual, **changes)


def annexed() -> Paper:
    """A decision with the regulation that it issues and two annexes, one across the sheet."""
    return paper(
        "quyet-dinh",
        annexes=(
            Annex("Quản lý, vận hành Hệ thống thông tin", REGULATION, type_name="Quy chế"),
            Annex("Danh mục cơ quan", TABLE),
            Annex("Biểu tổng hợp", TABLE, wide=True),
        ),
    )
