"""What leaves the portal, field by field, against lists that a person wrote down."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from exchange.models import SyncProgress, SyncState
from exchange.queries.facts import dossier_facts, progress_facts
from exchange.rules.facts import DossierFacts, FeeFacts, PersonFacts
from exchange.rules.items import cut, digest, dossier_item, moment, progress_item
from exchange.rulesets import NationalRules
from exchange.services.noting import note
from onestop.models import Dossier, DossierPaper
from onestop.services import endings, processing, waiting
from onestop.services.processing import HandoverFacts
from onestop.services.reception import FeeFacts as Fee
from onestop.services.reception import PaperFacts
from onestop.services.reception import PersonFacts as Person
from tests.onestop.dossiers import assigned, at_kind, make_dossier

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
RULES = NationalRules()
FIELDS = """
    MaHoSo MaTTHC TenTTHC MaLinhVuc TenLinhVuc KenhThucHien SoBienNhan SoGiayToChuHoSo ChuHoSo
    LoaiDoiTuong MaDoiTuong ThongTinKhac Email Fax SoDienThoai TrichYeuHoSo NgayNopHoSo
    NgayTiepNhan NgayHenTra TrangThaiHoSo NgayTra ThongTinTra HinhThuc NgayKetThucXuLy NgayTuChoi
    DonViXuLy GhiChu NoiNopHoSo HoSoCoThanhPhanSoHoa TaiKhoanDuocXacThucVoiVNeID
    DuocThanhToanTrucTuyen DinhDanhCHS DSKetNoiCSDL TaiLieuNop DanhSachLePhi
    DanhSachTepDinhKemKhac DanhSachHoSoBoSung DanhSachGiayToKetQua"""
PROGRESS_FIELDS = """
    MaHoSo NguoiXuLy ChucDanh ThoiDiemXuLy PhongBanXuLy NoiDungXuLy TrangThai NgayBatDau
    NgayKetThucTheoQuyDinh"""
MORNING = dt.datetime(2026, 3, 2, 8, 30, tzinfo=HANOI)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HANOI)


def item_of(dossier) -> dict:
    return dossier_item(dossier_facts([dossier.pk])[dossier.pk], RULES)


def plain(**changes) -> dict:
    known = {
        "code": "H32.05-260302-0001", "procedure_code": "1.000001", "procedure_name": "Cấp phép",
        "field_name": "Đất đai", "channel": 1, "status": 4, "agency": "Sở A",
        "arrived_at": MORNING, "accepted_at": MORNING,
    }  # fmt: skip
    return dossier_item(DossierFacts(**{**known, **changes}), RULES)


def test_a_dossier_at_the_counter_field_by_field(scope, town):
    dossier = make_dossier(
        town, at=MORNING, summary="Xin cấp lại giấy phép", fee=Fee(20_000, 20_000, "BL-1"),
        papers=(PaperFacts("Đơn đề nghị", originals=1), PaperFacts("Bản sao", copies=2)),
    )  # fmt: skip
    slip = dossier_facts([dossier.pk])[dossier.pk].slip_number
    assert slip.startswith("01/")
    assert item_of(dossier) == {
        "MaHoSo": dossier.code,
        "MaTTHC": "1.000001",
        "TenTTHC": dossier.version.name,
        "MaLinhVuc": "",
        "TenLinhVuc": dossier.version.field,
        "KenhThucHien": "1",
        "SoBienNhan": slip,
        "SoGiayToChuHoSo": "999012345678",
        "ChuHoSo": "Trần Văn Thử",
        "LoaiDoiTuong": "1",
        "MaDoiTuong": "",
        "ThongTinKhac": "",
        "Email": "thu@vi-du.example",
        "Fax": "",
        "SoDienThoai": "0900012345",
        "TrichYeuHoSo": "Xin cấp lại giấy phép",
        "NgayNopHoSo": "20260302083000",
        "NgayTiepNhan": "20260302083000",
        "NgayHenTra": "20260316083000",  # ten working days, no holiday among them
        "TrangThaiHoSo": "2",
        "NgayTra": "",
        "ThongTinTra": "",
        "HinhThuc": "0",
        "NgayKetThucXuLy": "",
        "NgayTuChoi": "",
        "DonViXuLy": town.agency.name,
        "GhiChu": "",
        "NoiNopHoSo": "2",
        "HoSoCoThanhPhanSoHoa": "0",
        "TaiKhoanDuocXacThucVoiVNeID": "",
        "DuocThanhToanTrucTuyen": "",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "999012345678"}],
        "DSKetNoiCSDL": [],
        "TaiLieuNop": [],
        "DanhSachLePhi": [
            {
                "TenPhiLePhi": f"Phí, lệ phí: {dossier.version.name}",
                "MaPhiLePhi": "",
                "HinhThucThu": "1",
                "Gia": "20000",
                "LoaiPhiLePhi": "",
            }
        ],
        "DanhSachTepDinhKemKhac": [
            {"TenGiayTo": "Đơn đề nghị", "SoLuong": "1", "LoaiGiayTo": ""},
            {"TenGiayTo": "Bản sao", "SoLuong": "2", "LoaiGiayTo": ""},
        ],
        "DanhSachHoSoBoSung": [],
        "DanhSachGiayToKetQua": [],
    }


def test_exactly_the_fields_of_the_service_leave_the_portal():
    assert list(plain()) == FIELDS.split()


def test_a_supplement_says_what_was_promised_before_and_after(scope, town, monkeypatch):
    dossier = assigned(town, at=MORNING)
    asked, came = at("2026-03-04T10:00"), at("2026-03-09T10:00")
    monkeypatch.setattr("django.utils.timezone.now", lambda: asked)
    round_ = waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Bản vẽ", "Ảnh"], reason="Thiếu chữ ký",
        apply_by=dt.date(2026, 3, 20),
    )  # fmt: skip
    (waits,) = item_of(Dossier.objects.get(pk=dossier.pk))["DanhSachHoSoBoSung"]
    assert (waits["TrangThaiBoSung"], waits["NgayTiepNhanBoSung"]) == ("0", "")
    assert (waits["NgayHenTraTruoc"], waits["NgayHenTraMoi"]) == ("20260316083000", "")
    monkeypatch.setattr("django.utils.timezone.now", lambda: came)
    waiting.receive_supplement(dossier.pk, actor=town.clerk, note="Đủ bản vẽ")
    item = item_of(Dossier.objects.get(pk=dossier.pk))
    assert item["DanhSachHoSoBoSung"] == [
        {
            "HoSoBoSungId": str(round_.pk),
            "NguoiYeuCauBoSung": town.officer.full_name,
            "NoiDungBoSung": "Bản vẽ; Ảnh. Thiếu chữ ký",
            "NgayBoSung": "20260304100000",
            "NguoiTiepNhanBoSung": town.clerk.full_name,
            "ThongTinTiepNhan": "Đủ bản vẽ",
            "NgayTiepNhanBoSung": "20260309100000",
            "TrangThaiBoSung": "1",
            "DanhSachGiayToBoSung": [],
            "DanhSachLePhiBoSung": [],
            "NgayHenTraTruoc": "20260316083000",
            "NgayHenTraMoi": "20260319083000",  # three working days later
        }
    ]
    assert item["NgayHenTra"] == "20260319083000"
    assert item["TrangThaiHoSo"] == "4"


def test_a_round_that_ended_with_a_stop_was_never_received(scope, town):
    dossier = assigned(town)
    waiting.ask_supplement(
        dossier.pk, actor=town.officer, items=["Ảnh"], reason="Thiếu",
        apply_by=dt.date.today() + dt.timedelta(days=20),
    )  # fmt: skip
    endings.stop(dossier.pk, actor=town.leader, reason="Không bổ sung")
    item = item_of(Dossier.objects.get(pk=dossier.pk))
    (round_,) = item["DanhSachHoSoBoSung"]
    assert (round_["TrangThaiBoSung"], round_["NguoiTiepNhanBoSung"]) == ("0", "")
    assert item["TrangThaiHoSo"] == "8"
    assert item["NgayKetThucXuLy"]
    assert item["NgayTuChoi"] == ""


def test_a_returned_dossier_has_its_result_and_its_dates_and_not_who_took_it(scope, town):
    dossier = at_kind(town, "return")
    facts = HandoverFacts("post", "Người Lạ", post_number="VN123")
    dossier = processing.hand_over(dossier.pk, actor=town.clerk, facts=facts)
    item = item_of(Dossier.objects.get(pk=dossier.pk))
    assert item["TrangThaiHoSo"] == "10"
    assert item["HinhThuc"] == "1"
    assert item["NgayTra"] == moment(dossier.returned_at)
    assert item["NgayKetThucXuLy"] == moment(dossier.finished_at)
    (result,) = item["DanhSachGiayToKetQua"]
    assert result["TenGiayTo"].startswith(dossier.version.result_name or dossier.version.name)
    assert result["GiayToId"] == ""
    assert "Người Lạ" not in str(item)


def test_a_result_that_is_not_released_stays_inside(scope, town):
    dossier = at_kind(town, "release")
    assert item_of(Dossier.objects.get(pk=dossier.pk))["DanhSachGiayToKetQua"] == []


def test_a_refusal_has_its_day(scope, town):
    dossier = assigned(town)
    endings.refuse(dossier.pk, actor=town.leader, reason="Không đủ điều kiện")
    item = item_of(Dossier.objects.get(pk=dossier.pk))
    assert item["TrangThaiHoSo"] == "3"
    assert item["NgayTuChoi"] == item["NgayKetThucXuLy"] != ""


def test_a_paper_with_a_file_is_a_document_and_its_address_stays_inside(scope, town, client):
    from files.models import StoredFile
    from onestop.models import DossierFile

    dossier = make_dossier(town)
    stored = StoredFile.objects.create(
        name="don.pdf", size=1, sha256="0" * 64, content_type="application/pdf",
        storage_key="secret-key", uploaded_by=town.clerk, uploaded_at=MORNING,
        scan_state="not_needed",
    )  # fmt: skip
    paper = DossierPaper.objects.filter(dossier=dossier).first()
    DossierFile.objects.create(
        dossier=dossier, kind="paper", paper=paper, stored=stored, added_at=MORNING
    )
    item = item_of(dossier)
    assert item["HoSoCoThanhPhanSoHoa"] == "1"
    assert item["TaiLieuNop"] == [
        {"TepDinhKemId": str(stored.pk), "TenTepDinhKem": "don.pdf", "IsDeleted": "False",
         "MaThanhPhanHoSo": "", "DuongDanTaiTepTin": "", "DuocSoHoa": "1", "DuocTaiSuDung": "0",
         "DuocLayTuKhoDMQG": "0", "MaKetQuaThayThe": ""}
    ]  # fmt: skip
    assert [one["TenGiayTo"] for one in item["DanhSachTepDinhKemKhac"]] == ["Bản sao giấy phép"]
    assert "secret-key" not in str(item)


def test_an_enterprise_and_its_number_without_a_known_code(scope, town):
    dossier = make_dossier(
        town, applicant=Person("Công ty A", number="4200123456", kind="enterprise")
    )
    item = item_of(dossier)
    assert (item["LoaiDoiTuong"], item["SoGiayToChuHoSo"]) == ("2", "4200123456")
    assert item["DinhDanhCHS"] == []


@pytest.mark.parametrize(
    ("number", "kind"), [("999012345678", "1"), ("225111222", "2"), ("B1234567", ""), ("", "")]
)
def test_the_kind_of_an_identity_number(number, kind):
    found = plain(applicant=PersonFacts(name="A", number=number))["DinhDanhCHS"]
    assert [one["LoaiDinhDanh"] for one in found] == ([kind] if kind else [])


@pytest.mark.parametrize(("channel", "place"), [(1, "2"), (2, "1"), (3, "2")])
def test_where_a_dossier_was_handed_in(channel, place):
    item = plain(channel=channel)
    assert (item["KenhThucHien"], item["NoiNopHoSo"]) == (str(channel), place)


def test_when_a_fee_was_taken():
    done = at("2026-03-10T08:00")
    fees = [FeeFacts(1, MORNING), FeeFacts(2, at("2026-03-05T08:00")), FeeFacts(3, done)]
    item = plain(fees=tuple(fees), finished_at=done)
    assert [one["HinhThucThu"] for one in item["DanhSachLePhi"]] == ["1", "2", "4"]


@pytest.mark.parametrize("length", [999, 1000, 1001, 5000])
def test_a_summary_is_never_longer_than_1000_letters(length):
    text = plain(summary="Đ" * length)["TrichYeuHoSo"]
    assert len(text) == min(length, 1000)
    assert text.endswith("…") == (length > 1000)


def test_a_moment_is_written_in_the_time_of_viet_nam():
    assert moment(dt.datetime(2026, 12, 31, 17, 0, 5, tzinfo=dt.UTC)) == "20270101000005"
    assert moment(None) == ""
    assert cut("  a \n b ", 10) == "a b"


def test_the_digest_changes_with_each_field_and_with_nothing_else():
    assert digest(plain()) == digest(plain())
    assert digest(plain()) != digest(plain(status=5))


def test_a_step_says_who_did_what_in_which_office_and_when(scope, town, monkeypatch):
    clock = [at("2026-03-03T14:00"), at("2026-03-05T09:15")]
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock[0])
    dossier = assigned(town, at=MORNING)
    clock.pop(0)
    processing.forward(dossier.pk, actor=town.officer, note="Nội bộ: gọi lại cho anh Ba")
    note([dossier.pk])
    line = SyncProgress.objects.get(run__dossier=dossier, run__kind="process")
    item = progress_item(progress_facts([line])[line.pk])
    assert list(item) == PROGRESS_FIELDS.split()
    assert item == {
        "MaHoSo": dossier.code,
        "NguoiXuLy": town.officer.full_name,
        "ChucDanh": "Chuyên viên xử lý",
        "ThoiDiemXuLy": "20260305091500",
        "PhongBanXuLy": town.division.name,
        "NoiDungXuLy": line.run.name,
        "TrangThai": "4",
        "NgayBatDau": moment(line.run.opened_at),
        "NgayKetThucTheoQuyDinh": moment(line.run.planned_end),
    }


def test_a_step_that_was_sent_back_is_told_without_the_reason(scope, town):
    dossier = at_kind(town, "review")
    processing.return_for_correction(dossier.pk, actor=town.head, reason="Sai thể thức")
    note([dossier.pk])
    lines = list(SyncProgress.objects.filter(dossier=dossier).order_by("at", "run"))
    items = [progress_item(progress_facts(lines)[line.pk]) for line in lines]
    assert items[-1]["NoiDungXuLy"].endswith("(trả lại để sửa)")
    assert "Sai thể thức" not in str(items)


def test_ten_dossiers_cost_the_queries_of_one(scope, town, django_assert_num_queries):
    ids = [assigned(town).pk for _ in range(10)]
    note(ids)
    lines = list(SyncProgress.objects.all())
    with django_assert_num_queries(11):
        dossier_facts(ids[:1])
    with django_assert_num_queries(11):
        assert len(dossier_facts(ids)) == 10
    with django_assert_num_queries(3):
        progress_facts(lines[:1])
    with django_assert_num_queries(3):
        progress_facts(lines)
    assert SyncState.objects.count() == 10
