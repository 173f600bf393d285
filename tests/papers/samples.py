"""One of each form, an old one, and ones that are too long for comfort."""

import dataclasses
import datetime as dt

from papers import forms_data as data

HANOI = dt.timezone(dt.timedelta(hours=7))
AT = dt.datetime(2026, 3, 2, 8, 5, tzinfo=HANOI)
DUE = dt.datetime(2026, 3, 5, 8, 5, tzinfo=HANOI)
HEAD = data.Letterhead(
    agency_above="Ủy ban nhân dân tỉnh Khánh Hòa",
    agency="Trung tâm Phục vụ hành chính công tỉnh",
    office_symbol="TTPVHCC",
    place="Khánh Hòa",
    day=AT.date(),
)
PERSON = data.Person(
    name="Nguyễn Thị Ngọc Ưởng",
    identity_number="056185001234",
    address="12 Lê Thánh Tôn, phường Nha Trang, tỉnh Khánh Hòa",
    phone="0905123456",
    email="uong.nguyen@example.vn",
)
AUTHORISED = data.Authorised(
    name="Trần Văn Đỗ",
    identity_number="056090004321",
    address="5 Yersin, phường Nha Trang",
    phone="0914000111",
    email="do@example.vn",
    document="Giấy ủy quyền số 12 ngày 28/02/2026",
)
PROCEDURE = "Cấp giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm nông, lâm, thủy sản"
LOOKUP = data.Lookup(number="12345678903", factor="phone")
CODE = "H32.10-260302-0007"
STACKED = "ẤẦẨẪẬ ẮẰẲẴẶ ẾỀỂỄỆ ỐỒỔỖỘ ỚỜỞỠỢ ỨỪỬỮỰ ấầẩẫậ ắằẳẵặ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ỳỷỹỵ đĐ"
LONG_NAME = ("Công ty TNHH một thành viên " + "Thương mại Dịch vụ Sản xuất " * 12)[:300]


def receipt(**changes):
    form = data.Receipt(
        letterhead=HEAD,
        code=CODE,
        lookup=LOOKUP,
        applicant=PERSON,
        authorised=AUTHORISED,
        procedure=PROCEDURE,
        components=[
            data.Component("Đơn đề nghị theo mẫu", originals=1),
            data.Component("Bản thuyết minh điều kiện cơ sở", originals=1, copies=1),
            data.Component("Giấy chứng nhận đăng ký doanh nghiệp", certified=1, note="đã số hóa"),
        ],
        limit="03 ngày làm việc",
        received_at=AT,
        due_at=DUE,
        channel="post",
        channel_place="12 Lê Thánh Tôn, phường Nha Trang",
        fee="700.000 đồng, biên lai số 0001234",
        submitter_name="Trần Văn Đỗ",
        receiver_name="Lê Thị Thu",
    )
    return dataclasses.replace(form, **changes)


def long_receipt():
    return receipt(
        applicant=dataclasses.replace(PERSON, name=LONG_NAME, email="x" * 200 + "@example.vn"),
        procedure=f"{PROCEDURE} {STACKED} {PROCEDURE} {PROCEDURE}",
        components=[
            data.Component(f"Giấy tờ thứ {n}: {PROCEDURE}", originals=1, copies=n)
            for n in range(1, 16)
        ],
        letterhead=dataclasses.replace(
            HEAD, agency_above="Ủy ban nhân dân " + "xã Vĩnh Thạnh Trung " * 4, is_sample=True
        ),
        receiver_name="Công Tằng Tôn Nữ Thị Hoàng Ngọc Phương Uyên Khánh Linh Ngân",
    )


def supplement():
    return data.SupplementRequest(
        letterhead=HEAD,
        applicant=PERSON,
        procedure=PROCEDURE,
        items=["Bổ sung bản vẽ mặt bằng có đóng dấu", "Sửa địa chỉ cơ sở tại mục 3 của đơn"],
        reason="Bản vẽ nộp kèm chưa có dấu của đơn vị thiết kế",
        contact="Lê Thị Thu, 0258 3822 000",
        guide_name="Lê Thị Thu",
        code=CODE,
        lookup=data.Lookup(number="12345678903", factor="identity"),
        answer_by=dt.date(2026, 3, 23),
    )


def refusal():
    return data.Refusal(
        letterhead=HEAD,
        applicant=PERSON,
        procedure=PROCEDURE,
        reason="Cơ sở không thuộc thẩm quyền của Sở.\nĐề nghị nộp tại UBND phường Nha Trang.",
        submitter_name=PERSON.name,
        receiver_name="Lê Thị Thu",
        code=CODE,
    )


def apology():
    return data.Apology(
        letterhead=HEAD,
        addressee=PERSON.name,
        received_on=AT.date(),
        agency="Sở Nông nghiệp và Môi trường",
        procedure=PROCEDURE,
        submitter=PERSON,
        code=CODE,
        old_due_at=DUE,
        reason="Đoàn kiểm tra thực tế hoãn do bão số 2",
        new_due_at=dt.datetime(2026, 3, 12, 16, 30, tzinfo=HANOI),
        signer_title="Phó Giám đốc",
        signer_name="Phạm Văn Bảo",
        lookup=data.Lookup(number="12345678903", factor="tax"),
    )


def stop():
    return data.StopNotice(
        letterhead=HEAD,
        addressee=PERSON.name,
        code=CODE,
        procedure=PROCEDURE,
        submitter=PERSON,
        requested_on=dt.date(2026, 3, 3),
        request_form="Đơn nộp tại Một cửa",
        request_reason="Thay đổi địa điểm kinh doanh",
        stage="Thẩm định",
        stopped_at=dt.datetime(2026, 3, 3, 14, 0, tzinfo=HANOI),
        signer_title="Giám đốc",
        signer_name="Phạm Văn Bảo",
        fees="Đã nộp 700.000 đồng; hoàn trả theo quy định",
        returned_papers=["Bản thuyết minh điều kiện cơ sở (bản chính)"],
    )


def control():
    rows = [
        data.HandOver("Một cửa", "Phòng Quản lý chất lượng", AT, "Lê Thị Thu", "Trần Văn Đỗ",
                      "early", "Chuyển điện tử"),
        data.HandOver("Phòng Quản lý chất lượng", "Lãnh đạo Sở", DUE, "Trần Văn Đỗ",
                      "Phạm Văn Bảo", "on_time"),
        data.HandOver("Lãnh đạo Sở", "Văn thư", DUE, "Phạm Văn Bảo", "Võ Thị Yến", "late",
                      "Quá 02 giờ"),
        data.HandOver("Văn thư", "Một cửa", None, "", ""),
    ]  # fmt: skip
    return data.ControlSheet(
        letterhead=HEAD,
        code=CODE,
        agency="Sở Nông nghiệp và Môi trường",
        partners="Sở Y tế",
        received_at=AT,
        due_at=DUE,
        rows=rows,
    )


SAMPLES = {
    "01": receipt,
    "01-old": receipt,
    "01-long": long_receipt,
    "02": supplement,
    "03": refusal,
    "04": apology,
    "05": stop,
    "06": control,
}
