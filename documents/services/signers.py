"""Thẩm quyền ký: in whose name a person signs for a body (NĐ 30/2020/NĐ-CP Điều 13), and who
signs beside him."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common.errors import DomainError
from documents.issuing import Authority
from documents.layouts.measures import forms
from documents.models import Outgoing
from documents.queries.drafters import heads_of, seconds_of
from organizations import access
from organizations.access import Right
from organizations.models import Unit, User


def require_signer(outgoing: Outgoing) -> Right:
    """By which right the signer signs for the body today, as the paper will say (Điều 13): its
    leaders; by order the head of a unit of it; TUQ. who has a delegation in force, and nobody else.
    """
    root, signer = outgoing.registry.unit, outgoing.signer
    own, lent = access.own_right_over(signer, "direct_documents", root), _lent(outgoing)
    right = lent if outgoing.authority == Authority.AUTHORISED else own
    if right is None and outgoing.authority == Authority.BY_ORDER and _heads_below(signer, root):
        right = Right()
    if right is not None:
        _require_head(outgoing)
        return right
    if outgoing.authority == Authority.AUTHORISED:
        why = _(
            "%(person)s holds no authorisation of the head of %(body)s that is in force today. "
            "Have it recorded, or choose another signer."
        )
    elif lent is not None:
        why = _("%(person)s signs for %(body)s by authorisation only (TUQ.).")
    else:
        why = _("%(person)s does not sign for %(body)s today. Choose another signer.")
    raise DomainError(why % {"person": signer.full_name, "body": outgoing.registry.name})


def _require_head(outgoing: Outgoing) -> None:
    """Who signs for nobody else is the head himself, where the body has one."""
    if outgoing.authority:
        return
    heads = set(heads_of(outgoing.registry).values_list("user", flat=True))
    if heads and outgoing.signer_id not in heads:
        told = {"person": outgoing.signer.full_name, "body": outgoing.registry.name}
        raise DomainError(
            _("%(person)s is not the head of %(body)s. Choose for whom he signs (KT., TL.).") % told
        )


def require_second(outgoing: Outgoing) -> Right:
    """By which right somebody signs beside the signer: of minutes who works on documents of the
    body, as their secretary; of a contract who leads another body, as the other party. Nothing is
    required where nobody does."""
    second, form = outgoing.second, forms().get(outgoing.type)
    if second is None:
        return Right()
    if form is None or not form.beside:
        raise DomainError(_("Nobody signs beside the signer of this type of document."))
    if second.pk == outgoing.signer_id:
        raise DomainError(_("Two sign: choose another one beside the signer."))
    found = seconds_of(outgoing.registry, form.beside).filter(user=second)
    if not second.is_active or not found.exists():
        raise DomainError(
            _("%(person)s does not sign beside the signer today. Choose somebody else.")
            % {"person": second.full_name}
        )
    return Right()


def _heads_below(signer: User, root: Unit) -> bool:
    """By a position of his own: who was ordered to sign does not order it further."""
    return signer.is_active and any(
        each.permission == "direct_documents" and each.delegation_id is None
        and each.path.startswith(root.path) and each.unit_id != root.pk
        for each in access.grants_of(signer)
    )  # fmt: skip


def _lent(outgoing: Outgoing) -> Right | None:
    """What a head of the body, and nobody else, has authorised the signer to (Điều 13.3). A query
    only for who acts for somebody there."""
    registry, signer = outgoing.registry, outgoing.signer
    lent = {
        each.giver_id: each.right for each in access.grants_of(signer)
        if each.permission == "direct_documents" and each.delegation_id is not None
        and each.unit_id == registry.unit_id
    }  # fmt: skip
    if not (lent and signer.is_active):
        return None
    givers = heads_of(registry).filter(user__in=lent).order_by("pk")
    giver = givers.values_list("user", flat=True).first()
    return lent.get(giver)
