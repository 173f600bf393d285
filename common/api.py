"""What every API view shares: errors that undo the request, and the database's rules as 400.

Django REST framework answers its exceptions inside the view, so the transaction would commit
what was written before a refusal. The handler rolls back and goes on READ ONLY, like the pages.
"""

from __future__ import annotations

import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler as framework_handler

from common.errors import Busy, DomainError
from common.locks import is_lock_wait


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """`{"error": sentence, "code": word}`, and for a form `fields` with the faults of each.

    None for a bug: the middleware rolls back, logs and answers 500.
    """
    if is_lock_wait(error):
        error = Busy()
    if isinstance(error, DomainError):
        response = Response({"error": str(error), "code": error.code}, status=409)
    else:
        found = framework_handler(error, context)
        if found is None:
            return None
        response = found
        response.data = _body(error, response.data)
    context["request"]._request.tenant_scope.restart(read_only=True)
    return response


def _body(error: Exception, data: Any) -> dict[str, Any]:
    """Django's own 404 and 403 arrive here too; the framework has worded them already."""
    codes = error.get_codes() if isinstance(error, APIException) else None
    if isinstance(error, serializers.ValidationError):
        fields = data if isinstance(data, dict) else {"non_field_errors": data}
        return {"error": str(error.default_detail), "code": "invalid", "fields": fields}
    sentence = data.get("detail", "") if isinstance(data, dict) else ""
    code = codes if isinstance(codes, str) else getattr(sentence, "code", "error")
    return {"error": str(sentence), "code": code}


class TenantModelSerializer(serializers.ModelSerializer):  # type: ignore[type-arg]
    """A serializer whose `is_valid` asks the model's constraints.

    The framework leaves out every constraint with a field that it does not show, and `province`
    is in all of ours: a duplicate code would be a 500.
    """

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        model: type[Model] = self.Meta.model  # type: ignore[assignment]
        row = copy.copy(self.instance) if self.instance is not None else model()
        many = {field.name for field in model._meta.many_to_many}
        for name, value in attrs.items():
            if name not in many:
                setattr(row, name, value)
        try:
            row.validate_constraints()
        except ValidationError as error:
            raise serializers.ValidationError(serializers.as_serializer_error(error)) from error
        return attrs
