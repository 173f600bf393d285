"""A refused file is a field error; what was good stays in the form."""

import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from common.forms import Form
from files import services
from files.forms import UploadField, upload_as
from files.models import StoredFile
from tests.files import corpus


class PapersForm(Form):
    name = forms.CharField(label=_("Name"))
    scans = UploadField(label=_("Scans"), multiple=True)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        upload_as(user, self)


def sent(person, *files, name="Lê Thị Thu", kept=()):
    data = QueryDict(mutable=True)
    data["name"] = name
    data.setlist("scans-kept", list(kept))
    uploads = [SimpleUploadedFile(title, content) for title, content in files]
    return PapersForm(data, MultiValueDict({"scans": uploads}), user=person)


def tokens_in(form):
    return re.findall(r'name="scans-kept" value="([^"]+)" checked', str(form["scans"]))


GOOD = ("đơn.pdf", corpus.pdf())
OTHER = ("ảnh.png", corpus.image())
BAD = ("virus.exe", b"MZ")


def test_good_files_give_ids_that_can_be_claimed(person):
    form = sent(person, GOOD, OTHER)
    assert form.is_valid()
    assert len(services.claim(form.cleaned_data["scans"], actor=person)) == 2


def test_a_refused_file_is_named_and_the_good_ones_stay(person):
    form = sent(person, GOOD, BAD, OTHER)
    assert not form.is_valid()
    (fault,) = form.errors["scans"]
    assert fault.startswith("virus.exe: ")
    shown = str(form["scans"])
    assert "đơn.pdf" in shown
    assert "ảnh.png" in shown
    again = sent(person, kept=tokens_in(form))
    assert again.is_valid()
    assert len(again.cleaned_data["scans"]) == 2


def test_files_stay_when_another_field_is_wrong(person):
    form = sent(person, GOOD, name="")
    assert not form.is_valid()
    assert "scans" not in form.errors
    again = sent(person, OTHER, kept=tokens_in(form))
    assert again.is_valid()
    assert len(again.cleaned_data["scans"]) == 2
    assert StoredFile.objects.count() == 2


def test_an_unticked_file_is_left_out(person):
    form = sent(person, GOOD, OTHER, name="")
    form.is_valid()
    first, _second = tokens_in(form)
    again = sent(person, kept=[first])
    assert again.is_valid()
    assert len(again.cleaned_data["scans"]) == 1


def test_a_forged_token_and_one_of_somebody_else_open_nothing(person, stranger):
    form = sent(person, GOOD, name="")
    form.is_valid()
    (token,) = tokens_in(form)
    for wrong in (token[:-2] + "xx", "1", ""):
        assert not sent(person, kept=[wrong]).is_valid()
    foreign = sent(stranger, kept=[token])
    assert not foreign.is_valid()
    assert not foreign["scans"].field.widget.staged


def test_a_required_upload_asks_for_a_file(person):
    form = sent(person)
    assert list(form.errors) == ["scans"]


def test_a_single_upload_takes_one_file_only(person):
    class OneForm(PapersForm):
        scans = UploadField(label="Scans")

    data = QueryDict("name=a")
    files = MultiValueDict({"scans": [SimpleUploadedFile(*GOOD), SimpleUploadedFile(*OTHER)]})
    assert list(OneForm(data, files, user=person).errors) == ["scans"]
    assert "multiple" not in str(OneForm(user=person)["scans"])


def test_a_name_is_shown_as_text(person):
    form = sent(person, ("<img src=x onerror=1>.pdf", corpus.pdf()), name="")
    form.is_valid()
    assert "<img" not in str(form["scans"])


def test_a_full_disk_is_a_field_error(person, monkeypatch):
    def full(*_args):
        raise services.storage.NoRoom

    monkeypatch.setattr(services.storage, "write", full)
    form = sent(person, GOOD)
    assert list(form.errors) == ["scans"]


def test_a_field_without_its_person_says_so(scope):
    form = sent(None, GOOD)
    with pytest.raises(RuntimeError, match="actor"):
        form.is_valid()
