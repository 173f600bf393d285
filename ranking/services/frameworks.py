"""Frameworks: brought in from a file, checked, published, copied for the next year.

Rows and files tell the same: `as_rules` makes the object that the rules of ranking work with.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from organizations import access
from organizations.models import User
from ranking.measures import MEASURES
from ranking.models import (
    Criterion,
    CycleState,
    Framework,
    FrameworkComment,
    FrameworkState,
    Level,
)
from ranking.rules import framework as rules
from ranking.rules.checks import publishing_faults, weighted
from ranking.rules.codes import code_key
from ranking.rules.numbers import plain
from ranking.rules.plain import dump
from ranking.rules.storing import storing_faults
from ranking.rules.yaml_files import write_framework
from ranking.services.told import said, told

ZERO = Decimal(0)
COLUMNS = ("code", "name", "year", "decision", "source", "is_sample", "areas", "components")


def _require_keeper(actor: User) -> None:
    """Frameworks are kept by who runs rankings for the whole province: all years share them."""
    if not access.units_where(actor, "manage_rankings").everywhere:
        access.refuse("manage_rankings")


class FrameworkRefused(DomainError):
    """The framework may not be stored or published as it is."""

    code = "framework_refused"


def as_rules(framework: Framework) -> rules.Framework:
    """The framework with its whole tree. One query."""
    nodes = list(framework.criteria.order_by("order"))
    below: dict[int | None, list[Criterion]] = {}
    for node in nodes:
        below.setdefault(node.parent_id, []).append(node)
    return replace(
        rules.terms_of(framework.terms),
        code=framework.code, name=framework.name, year=framework.year,
        decision=framework.decision, source=tuple(framework.source.splitlines()),
        is_sample=framework.is_sample,
        areas=tuple(_area(node, below) for node in below.get(None, [])),
    )  # fmt: skip


def _area(node: Criterion, below: dict[int | None, list[Criterion]]) -> rules.Area:
    children = below.get(node.pk, [])
    return rules.Area(
        node.code, node.title, node.maximum, node.weight, source=node.source, gap=node.gap,
        sections=tuple(
            rules.Section(
                each.code, each.title, each.maximum, each.weight,
                tuple(criterion_rules(leaf) for leaf in below.get(each.pk, [])),
                each.source, each.gap,
            )
            for each in children
            if each.level == Level.SECTION
        ),
        criteria=tuple(criterion_rules(each) for each in children if each.level == "criterion"),
    )  # fmt: skip


def criterion_rules(node: Criterion) -> rules.Criterion:
    """One criterion as the rules of ranking know it."""
    return rules.Criterion(
        node.code, node.title, node.maximum, node.weight, node.rule, node.evidence,
        node.verifier, tuple(node.groups), node.measure, node.source, node.gap,
    )  # fmt: skip


@transaction.atomic
def bring_in(
    content: rules.Framework, *, actor: User, based_on: Framework | None = None
) -> Framework:
    """Store a framework as a draft; a draft of the same code is written anew, comments stay with
    it as far as their criteria do."""
    _require_keeper(actor)
    if faults := storing_faults(content):
        raise FrameworkRefused(told(faults))
    framework = Framework.objects.filter(code=content.code).select_for_update(no_key=True).first()
    if framework and not framework.is_draft:
        raise FrameworkRefused(
            _("%(code)s is published and stays as it is: bring it in under another code.")
            % {"code": content.code}
        )
    framework = framework or Framework(code=content.code, based_on=based_on)
    framework.name, framework.year = content.name or content.code, content.year
    framework.decision, framework.is_sample = content.decision, content.is_sample
    framework.source = "\n".join(content.source)
    terms = dump(content)
    framework.terms = as_json({key: terms[key] for key in terms if key not in COLUMNS})
    framework.save()
    _write_tree(framework, content)
    record(
        framework, "ranking.framework_stored", actor=actor,
        data={"code": framework.code, "criteria": sum(1 for _node in content.nodes())},
    )  # fmt: skip
    return framework


def as_json(value: Any) -> Any:
    """Numbers and days as text, as a file writes them."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(each) for each in value]
    if isinstance(value, bool | int | str) or value is None:
        return value
    return value.isoformat() if isinstance(value, dt.date) else f"{value:f}"


def _write_tree(framework: Framework, content: rules.Framework) -> None:
    """Rows by code: what stays keeps its row and its comments, what is gone goes with them."""
    known = {node.code: node for node in framework.criteria.all()}
    wanted = list(_rows(framework, content))  # parents first
    codes = [row.code for row, _up, _top in wanted]
    place = {code: order for order, code in enumerate(sorted(codes, key=code_key), 1)}
    framework.criteria.exclude(code__in=codes).delete()
    written: dict[str, Criterion] = {}
    for row, parent, area in wanted:
        row.pk = known[row.code].pk if row.code in known else None
        row.order = place[row.code]
        row.parent, row.area = written.get(parent), written.get(area)
        row.save()
        written[row.code] = row


def _rows(framework: Framework, content: rules.Framework) -> Iterator[tuple[Criterion, str, str]]:
    """Unsaved rows with the codes of their parent and their area."""
    for area in content.areas:
        yield _row(framework, Level.AREA, area), "", ""
        for section in area.sections:
            yield _row(framework, Level.SECTION, section), area.code, area.code
            for leaf in section.criteria:
                yield _row(framework, Level.CRITERION, leaf), section.code, area.code
        for leaf in area.criteria:
            yield _row(framework, Level.CRITERION, leaf), area.code, area.code


def _row(
    framework: Framework, level: Level, node: rules.Area | rules.Section | rules.Criterion
) -> Criterion:
    row = Criterion(
        framework=framework, level=level, code=node.code, title=node.title,
        maximum=node.maximum, weight=node.weight, source=node.source, gap=node.gap,
    )  # fmt: skip
    if isinstance(node, rules.Criterion):
        row.rule = as_json(dict(node.plain_rule)) if node.plain_rule is not None else None
        row.evidence, row.verifier, row.measure = node.evidence, node.verifier, node.measure
        row.groups = list(node.groups)
    return row


@transaction.atomic
def publish(framework_id: int, *, actor: User) -> Framework:
    """From now on years may be judged by it, and it never changes again."""
    framework = _draft(framework_id, actor)
    content = as_rules(framework)
    if faults := publishing_faults(content, MEASURES):
        raise FrameworkRefused(told(faults))
    framework.state, framework.published_at = FrameworkState.PUBLISHED, timezone.now()
    framework.published_by, framework.comments_until = actor, None
    if content.scale.maximum is None:  # what it adds up to, said once and for all
        scale = {
            **framework.terms.get("scale", {}),
            "maximum": plain(weighted(content.top) or ZERO),
        }
        framework.terms = {**framework.terms, "scale": scale}
        content = as_rules(framework)
    framework.digest = digest_of(content)
    framework.save(
        update_fields=[
            "state",
            "published_at",
            "published_by",
            "comments_until",
            "digest",
            "terms",
        ]
    )
    record(
        framework, "ranking.framework_published", actor=actor,
        data={"code": framework.code, "digest": framework.digest},
    )  # fmt: skip
    return framework


def digest_of(content: rules.Framework) -> str:
    """SHA-256 of the framework as a file: who keeps the file can prove what was published."""
    return hashlib.sha256(write_framework(content).encode()).hexdigest()


def _draft(framework_id: int, actor: User) -> Framework:
    framework: Framework = Framework.objects.lock(framework_id)
    _require_keeper(actor)
    if not framework.is_draft:
        raise TransitionError(_("The framework is published: it stays as it is."))
    return framework


@transaction.atomic
def copy(framework_id: int, *, actor: User, code: str, year: int) -> Framework:
    """Next year's draft, as this one is, its days in the new year; what was withdrawn does not
    come along."""
    _require_keeper(actor)
    old = Framework.objects.get(pk=framework_id)
    if Framework.objects.filter(code=code).exists():
        raise FrameworkRefused(_("A framework with the code %(code)s exists.") % {"code": code})
    gone = set(old.criteria.exclude(withdrawn_at=None).values_list("code", flat=True))
    content = rules.moved(as_rules(old), year - old.year)
    content = replace(rules.without(content, gone), code=code, year=year)
    return bring_in(content, actor=actor, based_on=old)


@transaction.atomic
def withdraw(criterion_id: int, *, actor: User, reason: str) -> Criterion:
    """Take a criterion of a published framework back: nobody is asked or judged by it any more.

    What units wrote stays to be read. Its maximum leaves the total as not applicable does.
    """
    criterion = Criterion.objects.scored().get(pk=criterion_id)
    framework: Framework = Framework.objects.lock(criterion.framework_id)
    _require_keeper(actor)
    criterion.refresh_from_db()
    if framework.is_draft:
        raise TransitionError(_("The framework is a draft: change the file and bring it in."))
    if criterion.withdrawn_at:
        raise AlreadyDone()
    years = framework.cycles.select_for_update(no_key=True).order_by("pk")
    if CycleState.PUBLISHED in [year.state for year in years]:  # who saves or publishes is done
        raise DomainError(
            _("A published year was judged by it: copy the framework and leave the criterion out.")
        )
    reason = said(reason, _("Say why the criterion is withdrawn."))
    criterion.withdrawn_at, criterion.withdrawn_by = timezone.now(), actor
    criterion.withdrawn_reason = reason
    criterion.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    record(
        framework, "ranking.criterion_withdrawn", actor=actor,
        data={"criterion": criterion.code, "reason": criterion.withdrawn_reason},
    )  # fmt: skip
    return criterion


@transaction.atomic
def ask_for_comments(framework_id: int, *, actor: User, until: dt.date) -> Framework:
    """Let agencies comment on the draft until that day (QĐ 1278 Điều 10 khoản 2)."""
    framework = _draft(framework_id, actor)
    if until < timezone.localdate():
        raise DomainError(_("The last day for comments may not lie in the past."))
    framework.comments_until = until
    framework.save(update_fields=["comments_until"])
    record(
        framework, "ranking.comments_asked", actor=actor, data={"until": until.isoformat()}
    )  # fmt: skip
    return framework


@transaction.atomic
def comment(
    framework_id: int, *, actor: User, unit_id: int, text: str, criterion_id: int | None = None
) -> FrameworkComment:
    """What a unit says to the draft or to one of its criteria."""
    access.require(actor, "fill_assessments", unit_id)
    framework: Framework = Framework.objects.lock(framework_id)
    until = framework.comments_until
    if not framework.is_draft or until is None or until < timezone.localdate():
        raise TransitionError(_("Comments on this framework are closed."))
    if not text.strip():
        raise DomainError(_("Write your comment."))
    made: FrameworkComment = FrameworkComment.objects.create(
        framework=framework, unit_id=unit_id, text=text.strip(), made_at=timezone.now(),
        made_by=actor,
        criterion=framework.criteria.get(pk=criterion_id) if criterion_id else None,
    )  # fmt: skip
    record(framework, "ranking.framework_commented", actor=actor, data={"text": made.text})
    return made


@transaction.atomic
def answer_comment(comment_id: int, *, actor: User, text: str) -> FrameworkComment:
    _require_keeper(actor)
    found: FrameworkComment = FrameworkComment.objects.select_for_update(
        no_key=True, of=("self",)
    ).get(pk=comment_id)
    found.answer = said(text, _("Write your answer."))
    found.answered_at, found.answered_by = timezone.now(), actor
    found.save(update_fields=["answer", "answered_at", "answered_by"])
    record(
        found.framework, "ranking.comment_answered", actor=actor,
        data={"answer": found.answer, "comment": found.pk},
    )  # fmt: skip
    return found
