"""How urgent a paper is, or the work that it asks for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Urgency(models.IntegerChoices):
    """Mức độ khẩn (NĐ 30/2020/NĐ-CP Phụ lục I)."""

    NORMAL = 0, _("Normal")
    URGENT = 1, _("Urgent")
    VERY_URGENT = 2, _("Very urgent")
    IMMEDIATE = 3, _("Express")

    @property
    def tone(self) -> str:
        """Of its badge; "" where nothing is urgent."""
        return "" if self == Urgency.NORMAL else "waiting" if self == Urgency.URGENT else "refused"
