"""Numbers without gaps, and printed forms.

How the dossier app uses it, inside its own service and transaction:

    number = next_number(unit.pk, "dossier", f"{day:%Y-%m-%d}")      # the last lock that is taken
    code = rules.dossier_code(unit.code, day, number)
    slip = issue(Receipt(letterhead=…, code=code, …), unit_id=counter.pk, subject=dossier,
                 subject_name=code, actor=clerk, at=now)
    …
    slip = print_form(slip.pk, actor=clerk)      # a POST of its own: it makes the QR token
    return paper_response(slip, qr_url=request.build_absolute_uri(reverse(…, args=[slip.token])))

`issue`, `correct` and `void` are steps that join the caller's transaction: they check no right
(the caller has) and raise outside a scope. `print_form` is a service of its own; its view asks
for the dossier's visibility first. The QR token is stored hashed, so only the answer to
`print_form` can show it; a second print makes another and the older QR stops working.
Locks: the dossier before its number, the number of the dossier before the number of a form.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from common.pdf import PaperResponse, qr_svg_data_uri
from organizations.models import User
from papers import form_words, rules
from papers.fields import RESULT
from papers.forms_data import FormData, Receipt, plain_data
from papers.models import Counter, PrintedForm
from papers.wording import number_words, on_paper
from papers.words import day_words
from tenancy.scope import required_province_id

TEMPLATE = "papers/form.html"
RESULT_TEMPLATE = "papers/result.html"


def template_of(form: str) -> str:
    return RESULT_TEMPLATE if form == RESULT else TEMPLATE


class NotIssuedError(DomainError):
    """The paper was voided or replaced."""

    code = "paper_not_in_force"


def next_number(unit_id: int, series: str, period: str) -> int:
    """The next number of a series, from 1, without gaps and never twice.

    One statement makes the row or locks it (FOR NO KEY UPDATE) until the transaction ends, so a
    rollback gives the number back and the next in line waits for the outcome. Take it as late as
    you can: all receptions of the unit queue behind it (lock wait limit: 2 s).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {Counter._meta.db_table} AS counter
                (province_id, unit_id, series, period, last)
            VALUES (%s, %s, %s, %s, 1)
            ON CONFLICT (province_id, unit_id, series, period)
            DO UPDATE SET last = counter.last + 1
            RETURNING last
            """,  # noqa: S608  the table's own name
            [required_province_id(), unit_id, series, period],
        )
        (number,) = cursor.fetchone()
    return int(number)


def issue(
    form: FormData,
    *,
    unit_id: int,
    subject: models.Model,
    subject_name: str,
    actor: User,
    at: dt.datetime,
) -> PrintedForm:
    """Give a form its number of the year in the receiving unit, and keep what is on it."""
    local = timezone.localtime(at)
    own, shipped = form_words.in_force(form.form, local.date())
    number = next_number(unit_id, f"form:{form.form}", str(local.year))
    data = plain_data(form)
    if own is not None:
        data["number_words"] = number_words(
            own.as_words(), number=number, year=local.year, office_symbol=data["office_symbol"]
        )
    printed = PrintedForm(
        unit_id=unit_id,
        form=form.form,
        version=shipped.key,
        words=own,
        year=local.year,
        number=number,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_name=subject_name[:200],
        data=data,
        issued_at=at,
        issued_by=actor,
    )
    return _save_new(printed, actor=actor, action="paper.issued")


def correct(
    printed_id: int, form: FormData, *, actor: User, at: dt.datetime, reason: str
) -> PrintedForm:
    """A new edition with other content under the same number; the older QR stops working."""
    old = _lock(printed_id)
    if form.form != old.form:
        raise ValueError(f"edition of form {old.form} cannot be form {form.form}")
    old.token_digest = ""
    old.save(update_fields=["token_digest"])
    printed = PrintedForm(
        unit_id=old.unit_id,
        form=old.form,
        version=old.version,
        words_id=old.words_id,
        year=old.year,
        number=old.number,
        edition=old.edition + 1,
        subject_type=old.subject_type,
        subject_id=old.subject_id,
        subject_name=old.subject_name,
        data=plain_data(form) | _number_of(old),
        issued_at=at,
        issued_by=actor,
        replaces=old,
    )
    return _save_new(printed, actor=actor, action="paper.corrected", reason=reason)


def replace_lost(printed_id: int, *, actor: User, at: dt.datetime, reason: str) -> PrintedForm:
    """The same paper once more, word for word and marked so; the older QR stops working."""
    old = _lock(printed_id)
    old.token_digest = ""
    old.save(update_fields=["token_digest"])
    day = timezone.localdate(at)
    printed = PrintedForm(
        unit_id=old.unit_id,
        form=old.form,
        version=old.version,
        words_id=old.words_id,
        year=old.year,
        number=old.number,
        edition=old.edition + 1,
        subject_type=old.subject_type,
        subject_id=old.subject_id,
        subject_name=old.subject_name,
        data={**old.data, "again_on": day_words(day)},
        issued_at=at,
        issued_by=actor,
        replaces=old,
    )
    return _save_new(printed, actor=actor, action="paper.replaced", reason=reason)


def void(printed_id: int, *, actor: User, at: dt.datetime, reason: str) -> PrintedForm:
    """The paper no longer holds. Its number stays taken; its QR leads to a page that says so."""
    printed = _lock(printed_id)
    printed.voided_at = at
    printed.voided_by = actor
    printed.void_reason = reason
    printed.save(update_fields=["voided_at", "voided_by", "void_reason"])
    record(printed, "paper.voided", actor=actor, data={"reason": reason})
    return printed


@transaction.atomic
def print_form(printed_id: int, *, actor: User) -> PrintedForm:
    """Count a print and make its QR token, in `.token` of the answer and nowhere else in clear."""
    printed = _lock(printed_id)
    printed.prints += 1
    _renew_token(printed)
    printed.save(update_fields=["prints", "token_digest"])
    record(printed, "paper.printed", actor=actor, data={"print": printed.prints})
    return printed


def demo_token(printed: PrintedForm) -> str:
    """The QR token in force, made again from the secret. Only the demo can do that."""
    if not settings.GOVIT_DEMO:
        raise RuntimeError("QR tokens can be made again in the demo only")
    return _derived(printed)


def paper_response(printed: PrintedForm, *, qr_url: str = "") -> PaperResponse:
    """The PDF. `qr_url` is the look-up page with the token; forms without a QR take none."""
    return PaperResponse(
        TEMPLATE,
        paper_context(printed, qr_url=qr_url),
        filename=f"mau-{printed.form}-{_file_word(printed)}.pdf",
    )


def paper_context(printed: PrintedForm, *, qr_url: str = "") -> dict[str, Any]:
    """All that the template needs, as plain data: the stored words and the stored facts."""
    if printed.form == Receipt.form and not qr_url:
        raise ValueError("a receipt is printed with its QR code")
    facts = {
        **printed.data,
        "year": printed.year,
        "number_of_year": printed.number,
        "qr": qr_svg_data_uri(qr_url) if qr_url else "",
    }
    return {
        **facts,
        **on_paper(printed.form, printed.as_words(), facts),
        "number": printed.number_in_words,
        "sample": printed.data["letterhead"]["is_sample"] or settings.GOVIT_DEMO,
        "edition": printed.edition,
        "prints": printed.prints,
        "is_void": printed.voided_at is not None,
    }


def _number_of(old: PrintedForm) -> dict[str, Any]:
    """What a later edition keeps of the earlier one's number."""
    given = old.data.get("number_words")
    return {"number_words": given} if given else {}


def _file_word(printed: PrintedForm) -> str:
    """The dossier code, else the form's number; never a person's name in a list of downloads."""
    if rules.is_dossier_code(printed.subject_name):
        return printed.subject_name
    return f"{printed.number}-{printed.year}"


def _save_new(printed: PrintedForm, *, actor: User, action: str, reason: str = "") -> PrintedForm:
    _renew_token(printed)
    printed.save(force_insert=True)
    facts = {"number": printed.number_in_words, "edition": printed.edition}
    record(printed, action, actor=actor, data={**facts, **({"reason": reason} if reason else {})})
    return printed


def _renew_token(printed: PrintedForm) -> None:
    printed.token = _derived(printed) if settings.GOVIT_DEMO else rules.new_token()
    printed.token_digest = rules.token_digest(printed.token)


def _derived(printed: PrintedForm) -> str:
    """The first print keeps the token of the issue, each later one has its own."""
    code = f"{printed.form}:{printed.unit_id}:{printed.year}:{printed.number}"
    nonce = f"{printed.subject_name}:{printed.edition}:{max(printed.prints, 1)}"
    return rules.token_for(code, nonce, secret=settings.SECRET_KEY)


def _lock(printed_id: int) -> PrintedForm:
    """The row for a change; refused when the paper no longer holds."""
    locked = PrintedForm.objects.select_for_update(of=("self",), no_key=True)
    printed: PrintedForm = locked.get(pk=printed_id)
    if printed.voided_at is not None:
        raise NotIssuedError(
            _("This paper was voided: %(reason)s.") % {"reason": printed.void_reason}
        )
    if PrintedForm.objects.filter(replaces=printed).exists():
        raise AlreadyDone(_("This paper was corrected already. Use the newer edition."))
    return printed
