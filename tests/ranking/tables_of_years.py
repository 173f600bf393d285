"""Published years without the work of a year: snapshots and standings as `publication` writes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from common.digests import digest_of_data
from organizations.models import Unit
from ranking.models import Cycle, Framework, Publication, Standing
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import dump, read
from ranking.services import frameworks
from ranking.services.frameworks import as_json
from tenancy.scope import tenant_scope
from tests.people import make_person
from tests.ranking.years import FORM

DUE = dt.date(2026, 11, 15)


def make_people(town):
    """Who prepares and who approves."""
    with tenant_scope(town.root.province):
        return (
            make_person("ranking_manager", town.root, full_name="Người Trình"),
            make_person("oversight", town.root, full_name="Người Duyệt"),
        )


def row(unit, group="1", total="80", rank=1, **more):
    """A unit's line; half of each area unless said otherwise."""
    parts = [
        {"code": "1", "title": "Hạ tầng", "points": "20", "maximum": "40"},
        {"code": "2", "title": "Ứng dụng", "points": "30", "maximum": "60"},
    ]
    return {"unit": unit, "group": group, "total": total, "rank": rank, "parts": parts, **more}


def published_year(town, *args, **more):
    """A published version of a year with these lines; its framework is made at first."""
    with tenant_scope(town.root.province):
        return _published(town, *args, **more)


def _published(town, people, year, rows, *, number=1, form=None, reason=""):
    content = read(Content, {**FORM, "code": f"mau-{year}", "year": str(year), **(form or {})})
    framework = Framework.objects.filter(code=content.code).first()
    if framework is None:
        made = frameworks.bring_in(content, actor=people[0])
        framework = frameworks.publish(made.pk, actor=people[0])
    cycle, _made = Cycle.objects.get_or_create(
        year=year, owner=town.root,
        defaults={
            "name": f"Đánh giá năm {year}", "framework": framework, "standing_unit": town.agency,
            "state": "published", "data_from": dt.date(year, 1, 1),
            "data_to": dt.date(year, 12, 31), "due": dt.date(year, 11, 15),
            "terms": framework.terms,
        },
    )  # fmt: skip
    snapshot = {
        "year": year, "name": cycle.name, "due": cycle.due.isoformat(), "withdrawn": [],
        "framework": as_json(dump(content)), "terms": framework.terms, "number": number,
        "units": [],
    }  # fmt: skip
    publication = Publication.objects.create(
        cycle=cycle, number=number, state="published", snapshot=snapshot,
        digest=digest_of_data(snapshot), reason=reason, prepared_at=timezone.now(),
        prepared_by=people[0], approved_at=timezone.now(), approved_by=people[1],
        decision_number=f"{number}/QĐ-UBND", decided_on=dt.date(year, 12, 20),
    )  # fmt: skip
    Standing.objects.bulk_create(
        Standing(
            publication=publication, unit=each["unit"], unit_name=each["unit"].name,
            group=each["group"], total=Decimal(each["total"]), percent=Decimal(each["total"]),
            label=each.get("label", "Khá"), rank=each["rank"], parts=each["parts"],
            deduction=Decimal(each.get("deduction", 0)), is_forced=each.get("is_forced", False),
        )
        for each in rows
    )  # fmt: skip
    return publication


def units_below(town, count):
    """That many agencies."""
    with tenant_scope(town.root.province):
        made = Unit.objects.bulk_create(
            Unit(parent=town.root, kind="agency", code=f"H32.S{n:03d}", name=f"Sở số {n}",
                 path=f"{town.root.path}s{n}/")
            for n in range(1, count + 1)
        )  # fmt: skip
        return list(made)
