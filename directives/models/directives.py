"""Where tasks come from: a paragraph of a document, a meeting, a telegram, an order by mouth."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.states import Origin
from tenancy.models import TenantForeignKey, TenantManager, TenantModel

PERSON = settings.AUTH_USER_MODEL
UNIT = "organizations.Unit"


class Directive(TenantModel):
    """One source of tasks. It is seen through its tasks.

    `source_type` and `source_id` name a row of another app ("documents.incoming", 5) without a
    foreign key: this app knows no documents.
    """

    unit = TenantForeignKey(UNIT, related_name="+")  # the body that gives
    giver = TenantForeignKey(PERSON, related_name="+")  # the leader who gives, and decides
    origin = models.CharField(max_length=10, choices=Origin)
    reference = models.CharField(max_length=60, blank=True)  # số, ký hiệu
    subject = models.CharField(max_length=500)  # trích yếu, name of the meeting
    excerpt = models.TextField(blank=True)  # the paragraph that gives the tasks
    given_on = models.DateField()  # of the document, the meeting, the order
    source_type = models.CharField(max_length=60, blank=True)
    source_id = models.BigIntegerField(null=True)
    entered_at = models.DateTimeField()
    entered_by = TenantForeignKey(PERSON, related_name="+")
    form_token = models.CharField(max_length=40, null=True)  # of the page that was submitted
    is_sample = models.BooleanField(default=False)

    objects: ClassVar[Any] = TenantManager()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "form_token"], name="directive_submitted_once"
            ),
            models.CheckConstraint(
                name="directive_source_complete",
                condition=Q(source_type="", source_id=None)
                | (~Q(source_type="") & Q(source_id__isnull=False)),
            ),
            models.CheckConstraint(
                name="directive_has_reference",
                condition=Q(origin__in=["oral", "programme", "conclusion"]) | ~Q(reference=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "source_type", "source_id"],
                name="directive_by_source",
                condition=~Q(source_type=""),
            )
        ]

    def __str__(self) -> str:
        return self.reference or self.subject[:60]
