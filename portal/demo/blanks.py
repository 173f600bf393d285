"""A blank form to download, invented and marked so: official ones are not public data."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from django.core.files.uploadedfile import SimpleUploadedFile

from files.services import claim, store
from onestop.models import ProcedureComponent
from organizations.models import User

NAME = "don-de-nghi-mau-minh-hoa.docx"
LINES = (
    "MẪU MINH HỌA – KHÔNG PHẢI MẪU ĐƠN CHÍNH THỨC",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập – Tự do – Hạnh phúc",
    "ĐƠN ĐỀ NGHỊ",
    "Kính gửi: ……………………………………………………………………",
    "Họ và tên: ……………………………………………… Sinh ngày: …………………",
    "Số định danh cá nhân: ………………………………… Điện thoại: …………………",
    "Địa chỉ: …………………………………………………………………………",
    "Nội dung đề nghị: ……………………………………………………………………",
    "……………, ngày …… tháng …… năm ……",
    "Người đề nghị (ký, ghi rõ họ tên)",
)
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def hang_blanks() -> None:
    """One file on each paper of the demo that has a form."""
    keeper = User.objects.filter(is_superuser=True).order_by("pk").first()
    if keeper is None:
        return
    stored = store(SimpleUploadedFile(NAME, _docx()), actor=keeper)
    claim([stored.pk], actor=keeper)
    ProcedureComponent.objects.exclude(template_name="").update(blank_form=stored)


def _docx() -> bytes:
    """A document of paragraphs that Word and LibreOffice open."""
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in LINES)
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
        f'Type="{OFFICE}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{HEAD}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body>'
        "</w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()
