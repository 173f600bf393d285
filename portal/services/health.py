"""What an administrator may do about the installation."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import OutboxEvent
from audit.services import record
from organizations import access
from organizations.access import RefusedError
from organizations.models import User
from tenancy.models import Province
from tenancy.scope import required_province_id


@transaction.atomic
def retry_parked(*, actor: User) -> int:
    """Deliver again what was given up; the attempts are counted from the beginning."""
    if not access.units_where(actor, "view_health").everywhere:
        raise RefusedError(_("Only administrators of the whole province may do this."))
    parked = OutboxEvent.objects.filter(parked_at__isnull=False, delivered_at=None)
    count = int(parked.update(parked_at=None, attempts=0, due_at=timezone.now()))
    province = Province.objects.get(pk=required_province_id())
    record(province, "outbox.retried", actor=actor, data={"rows": count})
    return count
