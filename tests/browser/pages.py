"""Every page with an address of its own, and who looks at it. Pages of one thing have tests of
their own: of a dossier, of a sheet, of errors."""

LEADER, COUNTER, OVERSEER = "lanhdao", "motcua", "giamsat"
EDITOR, ADMIN, SUPERVISOR = "kiemsoat", "quantri.coquan", "quantri"
RUNNER, CLERK, ASSESSOR = "xephang", "vanthu", "noivu"
NOBODY = ""

PAGES = [
    (NOBODY, "/"), (NOBODY, "/tra-cuu/"), (NOBODY, "/thu-tuc/"), (NOBODY, "/thu-tuc/2.000815/"),
    (NOBODY, "/huong-dan/"), (NOBODY, "/tiep-can/"), (NOBODY, "/dang-nhap/"),
    (NOBODY, "/ngon-ngu/"), (NOBODY, "/thong-ke/"), (NOBODY, "/danh-gia/"),
    (NOBODY, "/danh-gia/cam-on/"), (NOBODY, "/api/"), (NOBODY, "/tin-nhan-mau/"),
    (NOBODY, "/thu-mau/"), (NOBODY, "/tai-khoan/mat-khau/quen/"), (NOBODY, "/kiosk/"),
    (NOBODY, "/kiosk/H32.00.01/"), (NOBODY, "/kiosk/H32.00.01/tra-cuu/"),
    (NOBODY, "/kiosk/H32.149.01/thu-tuc/"), (NOBODY, "/kiosk/H32.149.01/thu-tuc/2.000815/"),
    (NOBODY, "/kiosk/H32.00.01/danh-gia/"), (NOBODY, "/kiosk/H32.00.01/danh-gia/xong/"),
    (LEADER, "/danh-gia/y-kien/"), (LEADER, "/viec/"), (LEADER, "/ho-so/"), (LEADER, "/duyet/"),
    (LEADER, "/phan-cong/"), (LEADER, "/tim/?q=nguyen"), (LEADER, "/thong-bao/"),
    (LEADER, "/tai-khoan/"), (LEADER, "/tai-khoan/phien/"), (LEADER, "/tai-khoan/vang-mat/"),
    (LEADER, "/tai-khoan/uy-quyen/"), (LEADER, "/tai-khoan/hai-lop/"),
    (LEADER, "/tai-khoan/mat-khau/"), (LEADER, "/viec/y-kien/"), (LEADER, "/ho-so/khung/"),
    (LEADER, "/phan-viec-lien-thong/"), (LEADER, "/dieu-hanh/"), (LEADER, "/dieu-hanh/su-dung/"),
    (SUPERVISOR, "/dieu-hanh/"), (LEADER, "/dieu-hanh/ho-so/?so=dang"),
    (LEADER, "/dieu-hanh/su-dung/nguoi/"), (LEADER, "/dieu-hanh/su-dung/thu-tuc/"),
    (LEADER, "/dieu-hanh/bao-cao/"),
    (LEADER, "/dieu-hanh/danh-gia/"), (LEADER, "/dieu-hanh/danh-gia/cua-toi/"),
    (LEADER, "/dieu-hanh/xep-loai/"), (LEADER, "/dieu-hanh/xep-loai/cua-toi/"),
    (ASSESSOR, "/dieu-hanh/xep-loai/"),
    (OVERSEER, "/dieu-hanh/"), (OVERSEER, "/dieu-hanh/bao-cao/"),
    (COUNTER, "/ho-so/tiep-nhan/"), (COUNTER, "/ho-so/tiep-nhan/?thu-tuc=2.000815"),
    (COUNTER, "/ho-so/luot/"), (COUNTER, "/so-theo-doi/"), (COUNTER, "/ket-qua-chua-nhan/"),
    (COUNTER, "/ban-giao/"),
    (LEADER, "/van-ban-den/"), (CLERK, "/van-ban-den/?xem=so"), (CLERK, "/van-ban-den/vao-so/"),
    (LEADER, "/van-ban/cho-toi/"), (LEADER, "/van-ban/ty-le/"),
    (CLERK, "/van-ban/so/"), (CLERK, "/van-ban/so/?so=di"),
    (LEADER, "/nhiem-vu/"), (LEADER, "/nhiem-vu/cho-toi/"), (LEADER, "/nhiem-vu/giao/"),
    (LEADER, "/nhiem-vu/nhap/"),
    (LEADER, "/nhiem-vu/bang/"), (OVERSEER, "/nhiem-vu/bang/"),
    (OVERSEER, "/nhiem-vu/bang/danh-sach/?nhan=overdue"), (OVERSEER, "/nhiem-vu/bao-cao/"),
    (LEADER, "/nhiem-vu/don-doc/"), (LEADER, "/nhiem-vu/lich/"),
    (LEADER, "/van-ban-di/"), (CLERK, "/van-ban-di/?xem=so"), (LEADER, "/van-ban-di/soan/"),
    (LEADER, "/van-ban-di/ky/"), (LEADER, "/chung-thu-so/"), (NOBODY, "/kiem-tra-van-ban/"),
    (EDITOR, "/quan-tri/thu-tuc/"), (EDITOR, "/quan-tri/thu-tuc/1.013817/"),
    (EDITOR, "/quan-tri/thu-tuc/nhap/"), (EDITOR, "/quan-tri/thu-tuc/moi/"),
    (EDITOR, "/quan-tri/quy-trinh/"), (EDITOR, "/quan-tri/quy-trinh/nhap/"),
    (EDITOR, "/quan-tri/lien-thong/"), (EDITOR, "/quan-tri/lien-thong/moi/"),
    (EDITOR, "/quan-tri/mau-giay-to/"), (EDITOR, "/quan-tri/mau-giay-to/01/"),
    (ADMIN, "/quan-tri/nguoi-dung/"), (ADMIN, "/quan-tri/nguoi-dung/moi/"),
    (ADMIN, "/quan-tri/nguoi-dung/nhap/"), (ADMIN, "/quan-tri/don-vi/"),
    (SUPERVISOR, "/quan-tri/lich/"), (SUPERVISOR, "/quan-tri/quy-tac/"),
    (SUPERVISOR, "/quan-tri/quy-tac/clock/"), (SUPERVISOR, "/quan-tri/quy-tac/sign_in/"),
    (SUPERVISOR, "/quan-tri/quy-tac/identity_card/"), (SUPERVISOR, "/quan-tri/lich/gio-lam-viec/"),
    (SUPERVISOR, "/quan-tri/don-vi/?q=nha+trang"), (SUPERVISOR, "/quan-tri/don-vi/H32.149/"),
    (SUPERVISOR, "/quan-tri/suc-khoe/"), (SUPERVISOR, "/quan-tri/suc-khoe/tin-nhan/"),
    (SUPERVISOR, "/quan-tri/dong-bo/"), (CLERK, "/quan-tri/truc-lien-thong/"),
    (SUPERVISOR, "/quan-tri/may-khach/"),
    (SUPERVISOR, "/quan-tri/van-thu/"), (SUPERVISOR, "/quan-tri/van-thu/moi/"),
    (SUPERVISOR, "/quan-tri/may-khach/moi/"),
    (NOBODY, "/cong-bo/xep-hang/"), (NOBODY, "/cong-bo/xep-hang/2020/"),
    (NOBODY, "/cong-bo/xep-hang/2020/?ban=1"), (NOBODY, "/cong-bo/xep-hang/2025/"),
    (NOBODY, "/cong-bo/xep-hang/2025/phuong-phap/"), (NOBODY, "/cong-bo/xep-hang/2025/H32.149/"),
    (LEADER, "/xep-hang/tu-danh-gia/"), (LEADER, "/xep-hang/doi-chieu/"),
    (RUNNER, "/xep-hang/bo-tieu-chi/"), (RUNNER, "/xep-hang/bo-tieu-chi/nap/"),
    (RUNNER, "/xep-hang/chay-thu/"), (RUNNER, "/xep-hang/ky/"), (RUNNER, "/xep-hang/ky/moi/"),
]  # fmt: skip

# Addresses without arguments that no person looks at as a page of its own, and why.
NO_PAGES = {
    "for programs": {
        "/api/v1/", "/sms/", "/thong-ke/so-lieu.", "/.well-known/",
    },
    "a file": {
        "/ho-so/xuat.xlsx", "/so-theo-doi/xuat.xlsx", "/so-theo-doi/in.pdf",
        "/van-ban/so/xuat.xlsx", "/van-ban/so/in.pdf",
        "/dieu-hanh/giao-ban.pdf", "/nhiem-vu/nhap/mau.xlsx", "/dieu-hanh/su-dung.xlsx",
    },
    "the answer to a form": {
        "/quan-tri/nguoi-dung/nhap/xac-nhan/", "/quan-tri/lich/ngay/", "/quan-tri/lich/de-xuat/",
        "/quan-tri/lich/xac-nhan/", "/thong-bao/da-doc-het/", "/thong-bao/nhan-thu/",
        "/quan-tri/dong-bo/gui-lai/", "/quan-tri/dong-bo/theo-ngay/", "/ho-so/in-hang-loat/",
        "/quan-tri/truc-lien-thong/gui-lai/",
        "/ho-so/hang-loat/", "/ho-so/khung/luu/", "/duyet/hang-loat/", "/phan-cong/giao-lai/",
        "/quan-tri/suc-khoe/thu-lai/", "/dang-xuat/", "/ban-giao/moi/", "/dieu-hanh/bao-cao/lap/",
        "/nhiem-vu/bao-cao/lap/", "/nhiem-vu/lich/huy/",
        "/van-ban/cho-toi/da-xem/", "/nhiem-vu/nhap/xac-nhan/", "/van-ban-di/ky/tu-xa/",
        "/dieu-hanh/xep-loai/mo/",
    },
    "rows of a figure, whose address names which": {"/dieu-hanh/ho-so/", "/dieu-hanh/buoc/"},
    "on the way into an account": {
        "/tai-khoan/bi-khoa/", "/tai-khoan/dang-ky/", "/tai-khoan/xac-nhan-lai/",
        "/tai-khoan/mat-khau/", "/tai-khoan/hai-lop/", "/dang-nhap/", "/admin/login/",
    },
}  # fmt: skip
