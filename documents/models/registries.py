"""Văn thư: the office that receives and issues documents in the name of one body."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from documents.document_types import DocumentType
from documents.issuing import Numbering
from organizations.access import VisibleQuerySet, manager_of
from tenancy.models import TenantForeignKey, TenantModel

UNIT = "organizations.Unit"


class RegistryQuerySet(VisibleQuerySet["Registry"]):
    def lock(self, pk: int) -> Registry:
        """The row with its unit, for a change of it or of its registers."""
        locked = self.select_for_update(of=("self",), no_key=True)
        return locked.select_related("unit").get(pk=pk)


class Registry(TenantModel):
    """The registry of one body: its registers, its name and symbol on paper, its codes.

    A body is not always a unit: the office of the People's Committee keeps the registers of the
    committee and, apart from them, its own. Each year has one series of numbers of what came in
    (NĐ 30/2020/NĐ-CP Điều 22).
    """

    unit = TenantForeignKey(UNIT, related_name="registries")  # its clerks and leaders are here
    name = models.CharField(max_length=200)  # of the body, as printed
    symbol = models.CharField(max_length=30)  # in numbers: "UBND"
    code = models.CharField(max_length=35)  # QĐ 20/2020/QĐ-TTg: "H32.05"
    old_code = models.CharField(max_length=13, blank=True)  # QCVN 102:2016: "000.00.05.H32"
    former_codes = models.JSONField(default=list)  # its own before, and of bodies that merged in
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)  # last day
    place = models.CharField(max_length=100, blank=True)  # of issue, on its papers: "Nha Trang"
    superior = models.CharField(max_length=200, blank=True)  # the body above it, on its papers
    numbering = models.CharField(max_length=6, choices=Numbering, default=Numbering.BY_TYPE)
    number_groups = models.JSONField(default=list)  # of "groups": [["quyet-dinh", "chi-thi"], …]
    prints_qr = models.BooleanField(default=True)  # on its papers, to check them by
    is_sample = models.BooleanField(default=False)

    objects: ClassVar[Any] = manager_of(RegistryQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "code"], name="registry_code_once"),
            models.CheckConstraint(
                name="registry_dates_in_order",
                condition=Q(valid_from=None)
                | Q(valid_to=None)
                | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def codes(self) -> set[str]:
        """By which other agencies may name it."""
        return {self.code, self.old_code, *self.former_codes} - {""}

    @property
    def arrival_series(self) -> str:
        """Of the numbers of what came in; for `papers.services.next_number`."""
        return f"arrival:{self.pk}"

    def issue_series(self, type: DocumentType) -> str:
        """Of the numbers of what goes out, by its type (Điều 15.1).

        Each type of legal documents has a series of its own, the three kinds of copies have one;
        who counts by groups counts what is in none by its type.
        """
        counted = type.counted_as
        if type.kind == "law":
            name = counted
        elif type.kind == "copy":
            name = "copy"
        elif self.numbering == Numbering.COMMON:
            name = "all"
        else:
            groups = self.number_groups if self.numbering == Numbering.GROUPS else []
            found = (f"group{n}" for n, types in enumerate(groups, start=1) if counted in types)
            name = next(found, counted)
        return f"issue:{self.pk}:{name}"

    def is_open_on(self, day: dt.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )
