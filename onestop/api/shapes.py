"""The answers of the machine interface, field by field. What is not listed here is not told."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from onestop.models import Channel, PaperState
from onestop.models.catalogue import Level, LimitUnit
from onestop.queries.machines import EVENTS
from onestop.states import Delivery, PersonKind, Status


class Shape(serializers.Serializer):  # type: ignore[type-arg]
    """An answer; nothing is read through it."""


class ProcedureLine(Shape):
    code = serializers.CharField()
    name = serializers.CharField()
    field = serializers.CharField(help_text=_("Field of administration"))
    level = serializers.ChoiceField(choices=Level.choices)
    agency_name = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class ProcedureChannelShape(Shape):
    channel = serializers.ChoiceField(choices=Channel.choices)
    limit_amount = serializers.DecimalField(max_digits=8, decimal_places=2)
    limit_unit = serializers.ChoiceField(choices=LimitUnit.choices)
    cutoff = serializers.TimeField(
        allow_null=True, help_text=_("Received later, it counts from the next working day")
    )
    fee_vnd = serializers.IntegerField(allow_null=True, help_text=_("null: none is declared"))
    fee_per = serializers.CharField()
    fee_note = serializers.CharField()


class ComponentShape(Shape):
    number = serializers.IntegerField(help_text=_("Names the paper when a dossier is submitted"))
    name = serializers.CharField()
    originals = serializers.IntegerField()
    copies = serializers.IntegerField()
    is_required = serializers.BooleanField()
    template_name = serializers.CharField()


class UnitShape(Shape):
    code = serializers.CharField()
    name = serializers.CharField()


class ProcedurePage(ProcedureLine):
    result_name = serializers.CharField()
    legal_basis = serializers.CharField()
    publishing_decision = serializers.CharField()
    is_sample = serializers.BooleanField()
    channels = ProcedureChannelShape(many=True)
    components = ComponentShape(many=True)
    units = UnitShape(many=True, help_text=_("Units that resolve the procedure"))


class ProcedureList(Shape):
    results = ProcedureLine(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("Cursor of the next page"))


class DossierLine(Shape):
    code = serializers.CharField()
    procedure_code = serializers.CharField()
    procedure_name = serializers.CharField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    status = serializers.ChoiceField(
        choices=Status.choices, help_text=_("One of the ten national codes")
    )
    status_words = serializers.SerializerMethodField()
    receiving_unit_code = serializers.CharField()
    competent_unit_code = serializers.CharField()
    competent_unit_name = serializers.CharField()
    arrived_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    due_is_provisional = serializers.BooleanField()
    finished_at = serializers.DateTimeField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_status_words(self, row: dict[str, Any]) -> str:
        return str(Status(row["status"]).label)


class DossierList(Shape):
    results = DossierLine(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("Cursor of the next page"))


class ApplicantShape(Shape):
    kind = serializers.ChoiceField(choices=PersonKind.choices)
    name = serializers.CharField()
    number = serializers.CharField(help_text=_("The last four signs of the number alone"))


class DossierPaperShape(Shape):
    number = serializers.IntegerField()
    name = serializers.CharField()
    originals = serializers.IntegerField()
    copies = serializers.IntegerField()
    state = serializers.ChoiceField(choices=PaperState.choices)
    files = serializers.IntegerField(help_text=_("How many files hang on it"))


class SupplementShape(Shape):
    number = serializers.IntegerField()
    items = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField()
    apply_by = serializers.DateField(help_text=_("The applicant's deadline"))


class ResultShape(Shape):
    name = serializers.CharField()
    number = serializers.CharField()
    released_at = serializers.DateTimeField()


class DossierPage(DossierLine):
    promised_at = serializers.DateTimeField(allow_null=True)
    summary = serializers.CharField()
    copies = serializers.IntegerField()
    delivery = serializers.ChoiceField(choices=Delivery.choices)
    fee_due_vnd = serializers.IntegerField()
    fee_taken_vnd = serializers.IntegerField()
    granted_at = serializers.DateTimeField(
        allow_null=True, help_text=_("The withdrawal was granted")
    )
    voided_at = serializers.DateTimeField(
        allow_null=True, help_text=_("The reception was a mistake; the slip is void")
    )
    applicant = ApplicantShape(allow_null=True)
    papers = DossierPaperShape(many=True)
    supplement = SupplementShape(allow_null=True, help_text=_("Papers that are asked for now"))
    result = ResultShape(allow_null=True)


class EventShape(Shape):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    event = serializers.ChoiceField(choices=sorted(set(EVENTS.values())))
    dossier = serializers.CharField(help_text=_("Code of the dossier"))
    status = serializers.ChoiceField(
        choices=Status.choices, allow_null=True, help_text=_("Status after it; null: not told")
    )


class EventList(Shape):
    results = EventShape(many=True)
    next_after = serializers.IntegerField(help_text=_("What to ask with as `after` next time"))
    more = serializers.BooleanField(help_text=_("More wait already: ask again at once"))


class FileShape(Shape):
    id = serializers.CharField(help_text=_("Names the file in a paper, for a day"))
    name = serializers.CharField()
    size = serializers.IntegerField(help_text=_("Bytes"))
    sha256 = serializers.CharField()
    content_type = serializers.CharField()


class HandedIn(Shape):
    code = serializers.CharField(help_text=_("Code of the dossier"))
    lookup_number = serializers.CharField(help_text=_("For the citizen: opens the public look-up"))
    status = serializers.ChoiceField(choices=Status.choices)
    arrived_at = serializers.DateTimeField()
