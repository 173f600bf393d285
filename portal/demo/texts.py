"""What somebody needs to text the demo without a phone: the gateway's part, played with curl."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from notifications.sms.signature import secrets_of
from tenancy.models import Province


def text_facts(province: Province, base_url: str, dossiers: list[dict[str, Any]]) -> dict[str, str]:
    """The secret that signs calls of the gateway, where answers go, and one question to try."""
    secret = secrets_of(province.code)[0]
    asked = next((row for row in dossiers if row["province"] == province.code), None)
    text = f"HS {asked['code']} {asked['second_factor']}" if asked else "HS"
    return {
        "province": province.code,
        "secret": secret,
        "receive_path": reverse("portal:sms_receive"),
        "report_path": reverse("notifications:sms_report"),
        "sent_path": reverse("notifications:texts"),
        "sent_folder": str(Path(settings.SMS_DIR) / province.code),
        "curl": _curl(base_url + reverse("portal:sms_receive"), province.host, secret, text),
    }


def _curl(address: str, host: str, secret: str, text: str) -> str:
    """One line of shell that asks as a phone would: signs "<moment>.<body>" and sends it."""
    body = json.dumps({"id": "thu-1", "from": "0900000001", "text": text}, ensure_ascii=False)
    return (
        f"T=$(date +%s); B='{body}'; "
        f'S=$(printf %s "$T.$B" | openssl dgst -sha256 -hmac {secret} -r | cut -d" " -f1); '
        f'curl -s -H "Host: {host}" -H "X-Timestamp: $T" -H "X-Signature: $S" '
        f'-H "Content-Type: application/json" -d "$B" {address}'
    )
