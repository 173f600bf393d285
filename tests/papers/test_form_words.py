"""The province's own words of a form: drafted, looked at, published; old papers stay."""

import datetime as dt
import hashlib
import io
import json
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from common.errors import AlreadyDone
from organizations.access import RefusedError
from papers import form_words, queries, services
from papers.fields import FIELDS, FORMS
from papers.models import FormWords, PrintedForm
from papers.sample_forms import SAMPLES, sample_paper
from papers.wording import DATA, faults_in, shipped, shipped_named, shipped_on, words_of
from tenancy.scope import tenant_scope
from tests.papers import samples
from tests.papers.test_counters import make_unit
from tests.papers.test_forms import squeezed
from tests.papers.test_forms import words_of as words_read

LAW = shipped_named("01", "TT03/2025").words
NEW = replace(
    LAW,
    title="Giấy hẹn của tỉnh",
    number="{so_thu_tu}-{nam}/GH-{ky_hieu}",
    body=LAW.body.replace("Mã hồ sơ:", "Số hiệu hồ sơ:") + "\nCảm ơn ông/bà {chu_ho_so}.",
)
URL = "/quan-tri/mau-giay-to/"


def text_of(printed):
    response = services.paper_response(printed, qr_url="https://a.vn/x")
    response.render_paper()
    return words_read(PdfReader(io.BytesIO(response.content)))


@pytest.fixture
def unit(scope):
    return make_unit()


def issued(unit, actor, at=None):
    return services.issue(
        samples.receipt(), unit_id=unit.pk, subject=unit, subject_name=samples.CODE, actor=actor,
        at=at or timezone.now(),
    )  # fmt: skip


def published(editor, words=NEW, day=None):
    row = form_words.draft("01", words, actor=editor, copied_from="tt03-2025")
    return form_words.publish(
        row.pk, actor=editor, valid_from=day or timezone.localdate(), source="QĐ 12/QĐ-UBND",
        seen=words.digest,
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_shipped_words_of_each_form_have_no_fault_and_a_sample(form):
    for each in shipped():
        if each.form == form:
            assert faults_in(form, each.words) == {}
    words = shipped_on(form, timezone.localdate()).words
    paper = sample_paper(form, words)
    printed = json.dumps(paper["blocks"], ensure_ascii=False)
    for field in FIELDS[form]:
        assert f"{{{field.name}}}" not in printed
    assert set(SAMPLES) == set(FORMS)


def test_the_shipped_words_that_papers_were_printed_with_are_never_edited():
    """Add a file with a later day instead; papers of before name their words by circular."""
    kept = (DATA / "words" / "digests.txt").read_text("utf-8").split("\n")
    now = [f"{each.key} {each.form} {each.words.digest}" for each in shipped()]
    assert now == [line for line in kept if line]


def test_an_old_printout_says_the_same_after_the_words_changed(unit, town):
    before = issued(unit, town.clerk)
    text = text_of(before)
    published(town.editor)
    again = PrintedForm.objects.get(pk=before.pk)
    assert (
        hashlib.sha256(text_of(again).encode()).digest() == hashlib.sha256(text.encode()).digest()
    )
    after = issued(unit, town.clerk)
    assert squeezed("Giấy hẹn của tỉnh") in text_of(after)
    assert squeezed("Số hiệu hồ sơ: H32.10-260302-0007") in text_of(after)
    assert after.number_in_words == f"02-{timezone.localdate():%Y}/GH-TTPVHCC"
    third = replace(NEW, title="Giấy hẹn lần ba")
    published(town.editor, third)
    text = text_of(after)
    assert squeezed("Giấy hẹn của tỉnh") in text_of(PrintedForm.objects.get(pk=after.pk))
    assert text_of(PrintedForm.objects.get(pk=after.pk)) == text


def test_a_corrected_paper_keeps_the_words_of_its_first_day(unit, town):
    own = published(town.editor)
    first = issued(unit, town.clerk)
    published(town.editor, replace(NEW, title="Giấy hẹn lần ba"))
    now = timezone.now()
    second = services.correct(
        first.pk, samples.receipt(sets=2), actor=town.clerk, at=now, reason="Sai số bộ"
    )
    assert (second.words_id, second.number_in_words) == (own.pk, first.number_in_words)
    third = services.replace_lost(second.pk, actor=town.clerk, at=now, reason="Mất giấy")
    assert third.words_id == own.pk
    assert squeezed("Giấy hẹn của tỉnh") in text_of(third)


def test_words_hold_from_their_day_and_the_newest_of_a_day_wins(unit, town):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    published(town.editor, day=tomorrow)
    assert issued(unit, town.clerk).words is None
    later = issued(unit, town.clerk, at=timezone.now() + dt.timedelta(days=1))
    assert later.as_words() == NEW
    newest = published(town.editor, replace(NEW, title="Mới nhất"), day=tomorrow)
    at = timezone.now() + dt.timedelta(days=1)
    assert issued(unit, town.clerk, at=at).words_id == newest.pk
    assert queries.in_force_among(queries.editions_of("01"), tomorrow).row == newest


@pytest.mark.usefixtures("scope")
def test_a_newer_circular_goes_before_older_words_of_the_province(town):
    row = published(town.editor)
    FormWords.objects.filter(pk=row.pk).update(valid_from=dt.date(2025, 9, 14))
    own, law = form_words.in_force("01", dt.date(2025, 9, 20))
    assert (own, law.key) == (None, "TT03/2025")
    assert form_words.in_force("01", dt.date(2025, 9, 14))[0] == row


@pytest.mark.usefixtures("scope")
def test_broken_words_cannot_be_published_and_published_ones_not_changed(town):
    broken = replace(NEW, body=NEW.body.replace("**{ngay_hen}**", "sớm") + "\n{gi_do}")
    with pytest.raises(form_words.WordsRefusedError, match=r"gi_do.*ngay_hen"):
        published(town.editor, broken)
    row = published(town.editor)
    with pytest.raises(form_words.NotADraftError):
        form_words.save(row.pk, NEW, actor=town.editor, seen=NEW.digest)
    with pytest.raises(form_words.WordsRefusedError, match="not come"):
        form_words.withdraw(row.pk, actor=town.editor)
    with pytest.raises(form_words.WordsRefusedError, match="never backwards"):
        published(town.editor, day=timezone.localdate() - dt.timedelta(days=1))


@pytest.mark.usefixtures("scope")
def test_a_draft_that_somebody_else_changed_is_not_overwritten(town):
    row = form_words.draft("01", LAW, actor=town.editor, copied_from="tt03-2025")
    form_words.save(row.pk, NEW, actor=town.editor, seen=LAW.digest)
    with pytest.raises(AlreadyDone):
        form_words.save(row.pk, LAW, actor=town.editor, seen=LAW.digest)
    with pytest.raises(AlreadyDone):
        form_words.publish(
            row.pk, actor=town.editor, valid_from=timezone.localdate(), source="QĐ",
            seen=LAW.digest,
        )  # fmt: skip
    row.refresh_from_db()
    assert words_of(row.words) == NEW


@pytest.mark.usefixtures("scope")
def test_only_who_keeps_the_catalogue_may_touch_the_words(town):
    row = form_words.draft("01", LAW, actor=town.editor, copied_from="tt03-2025")
    for act in (
        lambda: form_words.draft("01", LAW, actor=town.leader, copied_from=""),
        lambda: form_words.save(row.pk, NEW, actor=town.leader, seen=LAW.digest),
        lambda: form_words.withdraw(row.pk, actor=town.leader),
    ):
        with pytest.raises(RefusedError):
            act()


# --- pages ---------------------------------------------------------------------------------------
@pytest.fixture
def editor(client, town):
    return client.sign_in(town.editor)


def drafted(editor, form="01", key="tt03-2025"):
    answer = editor.post(f"{URL}{form}/{key}/soan/")
    assert answer.status_code == 302
    return answer["Location"]


def sent(page, **changes):
    data = {field.html_name: field.value() for field in page.context["form"]}
    return {**data, "seen": page.context["seen"], **changes}


def test_the_editor_drafts_looks_publishes_and_the_next_paper_says_it(editor, province, town):
    address = drafted(editor)
    page = editor.get(address)
    assert b"Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b Th\xe1\xbb\xad Nghi\xe1\xbb\x87m" in page.content
    kept = editor.post(address, sent(page, title="Giấy hẹn mới"))
    assert kept.status_code == 302
    page = editor.get(address)
    html = page.content.decode()
    assert "<ins>" in html
    assert "Giấy hẹn mới" in html
    pk = int(address.rstrip("/").rsplit("/", 1)[1])
    pdf = editor.get(f"{URL}01/{pk}/xem.pdf")
    assert pdf.content.startswith(b"%PDF")
    day = f"{timezone.localdate():%d/%m/%Y}"
    form = {"valid_from": day, "source": "QĐ 12", "seen": page.context["digest"]}
    assert editor.post(f"{address}cong-bo/", form).status_code == 302
    with tenant_scope(province):
        assert form_words.words_on("01", timezone.localdate()).title == "Giấy hẹn mới"
    assert editor.get(f"{URL}01/").status_code == 200
    assert editor.get(f"{URL}01/{pk}/").status_code == 200


def test_a_fault_is_told_at_its_text_with_the_line_and_nothing_is_kept(editor, province):
    address = drafted(editor)
    page = editor.get(address)
    broken = "Dòng một\n{khong_co} {% now %}"
    answer = editor.post(address, sent(page, body=broken))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Dòng 2: không có trường {khong_co}." in html
    assert "Thiếu {ngay_hen}" in html
    assert "{% now %}" in html
    with tenant_scope(province):
        assert FormWords.objects.get().as_words() == LAW


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_its_page_and_editor(editor, form):
    assert editor.get(f"{URL}{form}/").status_code == 200
    key = "portal" if form in ("BG", "KQ") else "tt03-2025"
    assert editor.get(f"{URL}{form}/{key}/").status_code == 200
    page = editor.get(drafted(editor, form, key))
    assert page.status_code == 200
    named = {"name": "Thông báo", "subject": ""} if form == "KQ" else {}
    answer = editor.post(page.request["PATH_INFO"], sent(page, **named))
    assert answer.status_code == 302


def test_publishing_backwards_or_without_a_ground_is_refused_on_the_page(editor):
    address = drafted(editor)
    seen = editor.get(address).context["digest"]
    answer = editor.post(
        f"{address}cong-bo/", {"valid_from": "01/01/2020", "source": "", "seen": seen}
    )
    assert answer.status_code == 422
    assert set(answer.context["publish"].errors) == {"valid_from", "source"}


def test_unknown_forms_and_words_are_no_address(editor):
    for path in ("08/", "01/tt99/", "01/999999/", "01/tt99/xem.pdf", "ban-thao/999999/"):
        assert editor.get(f"{URL}{path}").status_code == 404


def test_the_list_costs_the_same_for_one_draft_and_five(editor, province, town):
    costs = []
    for more in (1, 4):
        with tenant_scope(province):
            for _turn in range(more):
                form_words.draft("01", LAW, actor=town.editor, copied_from="tt03-2025")
        editor.get(URL)
        with CaptureQueriesContext(connection) as asked:
            assert editor.get(URL).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 14
