"""The description of the machine interface: OpenAPI, made from the views themselves."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from common.api import PREFIX

ERROR = {"$ref": "#/components/schemas/Error"}


class TokenScheme(OpenApiAuthenticationExtension):
    """How the token is sent."""

    target_class = "organizations.machine_door.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def only_of_machines(endpoints: list[Any]) -> list[Any]:
    """Other views of the framework, for instance of the SMS gateway, are described elsewhere."""
    return [each for each in endpoints if each[0].startswith(PREFIX)]


def say_what_all_share(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Add what every operation can answer beside its success, and the scope that it asks for."""
    result["components"]["schemas"]["Error"] = {
        "type": "object",
        "required": ["error", "code"],
        "properties": {
            "error": {"type": "string", "description": _("A sentence for people")},
            "code": {"type": "string", "description": _("A word for programs")},
            "fields": {
                "type": "object",
                "additionalProperties": {},
                "description": _("What is wrong with which field"),
            },
        },
    }
    _say_for_readers(result["components"]["schemas"])
    for operation in (each for path in result["paths"].values() for each in path.values()):
        known = operation["responses"]
        for status, words in _answers(operation).items():
            known.setdefault(
                status,
                {"description": words, "content": {"application/json": {"schema": ERROR}}},
            )
        operation["responses"] = dict(sorted(known.items()))
    return result


def _say_for_readers(schemas: dict[str, Any]) -> None:
    """What stands above our classes is for whoever reads the code, in English: it is taken out."""
    for name, shape in schemas.items():
        if shape.get("type") == "object":
            shape.pop("description", None)
            if name.endswith("InRequest"):
                shape["description"] = _("A field that is not described here is refused.")


def _answers(operation: dict[str, Any]) -> dict[str, str]:
    found = {
        "400": _("The request cannot be read, or a field is wrong"),
        "401": _("No token, or one that is not valid in this province"),
        "403": _("The token does not include what the address asks for"),
        "404": _("There is no such thing, or the client does not see it"),
        "429": _("Too many requests; Retry-After says how many seconds to wait"),
    }
    if "requestBody" in operation:
        found |= {
            "409": _("Not possible now: the sentence says why"),
            "413": _("The request is too large"),
            "415": _("The body has another type than the one described"),
        }
    return found


def description() -> dict[str, Any]:
    """OpenAPI in the language of the page."""
    return _description(translation.get_language() or "vi")


@lru_cache(maxsize=4)
def _description(language: str) -> dict[str, Any]:
    with translation.override(language):
        found: dict[str, Any] = SchemaGenerator(urlconf="govit.urls").get_schema(public=True)
    return found


@lru_cache(maxsize=4)
def as_yaml(language: str) -> bytes:
    with translation.override(language):
        found: bytes = OpenApiYamlRenderer().render(_description(language), renderer_context={})
    return found
