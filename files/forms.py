"""An upload in a form: what is refused is a field error, what is good stays.

    class ReceiveForm(Form):
        scans = UploadField(label=_("Scans"), required=False, multiple=True)

        def __init__(self, *args, user, **kwargs):
            super().__init__(*args, **kwargs)
            upload_as(user, self)

`cleaned_data["scans"]` is a list of ids for `files.services.claim`. Every good file is staged at
once and comes back as a ticked box with its name, size and a signed token: when another field or
another file is wrong, nothing has to be chosen again. Works without JavaScript.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.checks import ACCEPT, MEGABYTE, UploadError
from files.models import StoredFile
from files.services import KEEP_STAGED, FileGone, limits, store
from organizations.models import User
from tenancy.scope import required_province_id

MOST_FILES = 30
KEPT = "-kept"


@dataclass
class Sent:
    """What came with the form: new files, and tokens of those that are staged and still wanted."""

    files: list[UploadedFile[Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Staged:
    """A staged file as the form shows it."""

    pk: int
    name: str
    size: int
    token: str


def _salt(actor: User) -> str:
    """A token opens only in its own province and for the person who uploaded."""
    return f"files.staged:{required_province_id()}:{actor.pk}"


def token_of(stored: StoredFile, actor: User) -> str:
    return signing.dumps(stored.pk, salt=_salt(actor))


def ids_of_tokens(tokens: list[str], actor: User) -> list[int]:
    """The staged files of these tokens. Raises FileGone: forged, foreign or too old."""
    try:
        return [
            int(signing.loads(token, salt=_salt(actor), max_age=KEEP_STAGED)) for token in tokens
        ]
    except signing.BadSignature as error:
        raise FileGone from error


class StagedFilesInput(forms.FileInput):
    """`<input type="file">`, and above it the files that are in already."""

    template_name = "files/upload.html"
    staged: list[Staged]

    def __init__(self, attrs: dict[str, Any] | None = None, *, multiple: bool = False) -> None:
        self.allow_multiple_selected = multiple  # Django sets the attribute
        super().__init__({"accept": ACCEPT, **(attrs or {})})
        self.staged = []

    def value_from_datadict(
        self, data: Any, files: MultiValueDict[str, UploadedFile[Any]], name: str
    ) -> Sent:
        tokens = data.getlist(name + KEPT) if hasattr(data, "getlist") else data.get(name + KEPT)
        sent = files.getlist(name) if hasattr(files, "getlist") else [files.get(name)]
        return Sent([file for file in sent if file], list(tokens or []))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and name + KEPT not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["widget"]["staged"] = self.staged
        context["widget"]["kept_name"] = name + KEPT
        return context


def size_help() -> str:
    """Help words with the limit in force."""
    return _("PDF, Word, Excel, images; up to %(n)s MB") % {"n": limits().size // MEGABYTE}


class UploadField(forms.Field):
    """One file or several. Its form says who uploads: `upload_as`."""

    widget = StagedFilesInput
    actor: User | None = None
    default_error_messages = {
        "required": gettext_lazy("Choose a file."),
        "too_many": gettext_lazy("At most %(most)s files."),
        "one_only": gettext_lazy("Only one file is possible here. Untick the others."),
    }

    def __init__(self, *, multiple: bool = False, most: int = MOST_FILES, **kwargs: Any) -> None:
        kwargs.setdefault("widget", StagedFilesInput(multiple=multiple))
        kwargs.setdefault("help_text", lazy(size_help, str)())
        super().__init__(**kwargs)
        self.multiple = multiple
        self.most = most

    def clean(self, value: Sent | None) -> list[int]:
        """Ids of the staged files; the good ones stay when others are refused."""
        sent = value or Sent()
        staged = self._kept(sent.tokens)
        faults: list[ValidationError] = []
        for file in sent.files[: self.most]:
            try:
                staged.append(self._stage(file))
            except UploadError as error:
                words = _("%(name)s: %(fault)s") % {"name": file.name, "fault": error}
                faults.append(ValidationError(words, code=error.code))
        self._widget().staged = staged
        if len(sent.files) > self.most or len(staged) > self.most:
            faults.append(ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": self.most}
            ))  # fmt: skip
        if not self.multiple and len(staged) > 1:
            faults.append(ValidationError(self.error_messages["one_only"], code="one_only"))
        if faults:
            raise ValidationError(faults)
        if self.required and not staged:
            raise ValidationError(self.error_messages["required"], code="required")
        return [file.pk for file in staged]

    def has_changed(self, initial: Any, data: Sent | None) -> bool:
        return bool(data and (data.files or data.tokens))

    def _widget(self) -> StagedFilesInput:
        assert isinstance(self.widget, StagedFilesInput)
        return self.widget

    def _stage(self, file: UploadedFile[Any]) -> Staged:
        actor = self._actor()
        stored = store(file, actor=actor)
        return Staged(stored.pk, stored.name, stored.size, token_of(stored, actor))

    def _kept(self, tokens: list[str]) -> list[Staged]:
        """The staged files of these tokens; forged, foreign and swept ones are left out."""
        actor = self._actor()
        by_pk: dict[int, str] = {}
        for token in tokens[: self.most]:
            try:
                pk = signing.loads(token, salt=_salt(actor), max_age=KEEP_STAGED)
            except signing.BadSignature:
                continue
            by_pk[int(pk)] = token
        if not by_pk:
            return []
        rows = StoredFile.objects.staged().filter(pk__in=by_pk, uploaded_by=actor).order_by("pk")
        return [Staged(row.pk, row.name, row.size, by_pk[row.pk]) for row in rows]

    def _actor(self) -> User:
        if self.actor is None:
            raise RuntimeError("an UploadField needs its actor: upload_as(user, form)")
        return self.actor


def upload_as(user: User, form: forms.BaseForm) -> None:
    """Who hands in the files of a form."""
    for each in form.fields.values():
        if isinstance(each, UploadField):
            each.actor = user
