"""Documents in the demo: a registry for every body, and what came to the ward today.

Numbers, symbols, dates and abstracts are of real, published documents (sources in the file);
that they came to this ward, and what its people say of them, is invented.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import textwrap
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from common.pdf import FONTS, font_folder
from common.urgency import Urgency
from documents.letters import Letter
from documents.models import Assignment, Incoming, Registry
from documents.services import directing, handling, receiving
from documents.services.directing import Receiver
from documents.states import ENTERED, Channel, Part
from files.services import store
from organizations.models import Position, Unit, User
from organizations.models.units import AGENCY_KINDS, UnitKind
from tenancy.models import Province
from tenancy.scope import tenant_scope

FILE = Path(__file__).parent / "documents.csv"
ACCOUNTS = ("vanthu", "lanhdao", "truongphong", "chuyenvien")
SHEET, LINES = (827, 1169), 14  # dots of A4 at 100 to the inch; of what cannot be read
OFFICE = "Văn phòng"  # whose registry is the committee's


def make_registries(province: Province) -> None:
    """Once. Each open agency keeps its own; the office of the committee that of the committee,
    too."""
    with tenant_scope(province):
        if Registry.objects.exists():
            return
        today = timezone.localdate()
        units = Unit.objects.filter(kind__in=AGENCY_KINDS).exclude(code="").valid_on(today)
        root = Unit.objects.get(kind=UnitKind.PROVINCE)
        Registry.objects.bulk_create(_registry(unit, root) for unit in units.in_tree_order())
        office = units.filter(name__startswith=OFFICE).first()
        if office is not None:
            Registry.objects.create(
                unit=office, name=root.name, symbol="UBND", code=root.code, place=root.place,
                is_sample=True,
            )  # fmt: skip


def _registry(unit: Unit, root: Unit) -> Registry:
    """A department stands below the committee, and issues its papers in the province's name."""
    is_department = unit.parent_id == root.pk and unit.kind == UnitKind.AGENCY
    return Registry(
        unit=unit, name=unit.name, code=unit.code, is_sample=True,
        symbol="UBND" if unit.kind == UnitKind.COMMUNE else unit.symbol,
        superior=root.name if is_department else "", place=root.place if is_department else "",
    )  # fmt: skip


def make(province: Province) -> None:
    """Once; through the services, in the name of the well-known accounts."""
    with tenant_scope(province):
        people = {user.username: user for user in User.objects.filter(username__in=ACCOUNTS)}
        entered = Incoming.objects.filter(channel__in=ENTERED)
        if entered.exists() or len(people) < len(ACCOUNTS):
            return
        place = Position.objects.get(user=people["vanthu"]).unit
        _day(Registry.objects.get(unit=place), people)


def _day(registry: Registry, people: dict[str, User]) -> None:
    """What came, and how far each document got."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        incoming = _entered(registry, people["vanthu"], row)
        _further(incoming, row["state"], people)


def _entered(registry: Registry, clerk: User, row: dict[str, str]) -> Incoming:
    letter = Letter(
        issuer=row["issuer"], subject=row["subject"], type=row["type"], reference=row["reference"],
        issued_on=dt.date.fromisoformat(row["issued_on"]), signer_name=row["signer"],
        signer_position=row["position"], urgency=Urgency[row["urgency"]],
        pages=int(row["pages"]),
    )  # fmt: skip
    made = receiving.enter(
        letter, registry_id=registry.pk, channel=Channel[row["channel"]], actor=clerk,
        file_ids=[_scan(letter, clerk)],
    )  # fmt: skip
    Incoming.objects.filter(pk=made.pk).update(is_sample=True)
    return made


def _scan(letter: Letter, clerk: User) -> int:
    """A picture of a sheet that says what it stands for: the real one is not ours to copy."""
    sheet = Image.new("L", SHEET, 250)
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(font_folder() / FONTS["tinos"]), 26)
    head = [
        letter.issuer.upper(),
        f"Số: {letter.reference}",
        "",
        *textwrap.wrap(letter.subject, 60),
    ]
    draw.multiline_text((90, 100), "\n".join(head), font=font, fill=30, spacing=14)
    for line in range(LINES):
        end = SHEET[0] - (90 if line % 5 else 300)
        draw.line([(90, 560 + 34 * line), (end, 560 + 34 * line)], fill=190, width=9)
    draw.text((90, SHEET[1] - 90), "Bản quét mẫu, không có giá trị", font=font, fill=120)
    output = io.BytesIO()
    sheet.save(output, "PDF", resolution=100)
    name = f"{letter.reference.replace('/', '-')}.pdf"
    return store(ContentFile(output.getvalue(), name), actor=clerk).pk


def _further(incoming: Incoming, state: str, people: dict[str, User]) -> None:
    """registered → submitted → assigned → in work → done; or read."""
    chain = ("registered", "submitted", "assigned", "in_work", "done")
    reached = chain.index(state) if state in chain else 2
    if reached >= 1:
        directing.submit(
            incoming.pk, actor=people["vanthu"], leader_id=people["lanhdao"].pk,
            proposal="Kính trình lãnh đạo cho ý kiến.",
        )  # fmt: skip
    if reached >= 2:
        _direct(incoming, state, people)
    if reached >= 3:
        assignment = Assignment.objects.open().get(incoming=incoming, part=Part.LEAD)
        handling.take_up(assignment.pk, actor=people["chuyenvien"])
        if reached == 4:
            handling.finish(
                assignment.pk, actor=people["chuyenvien"], words="Đã tham mưu văn bản trả lời.",
                answer_reference="15/UBND-VP",
            )  # fmt: skip


def _direct(incoming: Incoming, state: str, people: dict[str, User]) -> None:
    unit = incoming.registry.unit_id
    lead = Receiver(Part.LEAD, unit, people["chuyenvien"].pk)
    read = Receiver(Part.INFORM, unit, people["truongphong"].pk)
    said: dict[str, Any] = {
        "opinion": "Giao nghiên cứu, tham mưu thực hiện.", "receivers": [lead, read],
        "due_on": timezone.localdate() + dt.timedelta(days=1 + incoming.pk % 9),
        "follower_id": people["truongphong"].pk,
    }  # fmt: skip
    if state == "read":
        said = {"opinion": "Để biết.", "receivers": [read]}
    directing.direct(incoming.pk, actor=people["lanhdao"], **said)
