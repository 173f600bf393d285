"""Who signs for a body, and as what: by his position, by order, by a dated authorisation."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import DomainError
from documents.queries.drafters import Candidate, signers_of
from documents.services import signing
from organizations.models import Delegation, DelegationReason, Position
from organizations.services import positions
from tests.documents.desks import registry_of
from tests.documents.drafts import begun
from tests.documents.seals import certificate_of, sign_it, to_be_signed
from tests.people import Town


def authorise(town: Town, receiver: Any = None, **changes: Any) -> Delegation:
    """The head of the agency lets the head of a division sign for him for a week."""
    today = timezone.localdate()
    return positions.delegate(
        town.leader.pk, (receiver or town.head).pk, town.agency.pk, actor=town.leader,
        **{"role": "leader", "reason": DelegationReason.PREVENTED, "note": "GUQ 5",
           "valid_from": today, "valid_to": today + dt.timedelta(days=7), **changes},
    )  # fmt: skip


def by_authorisation(town: Town, **changes: Any) -> dict[str, Any]:
    return {"signer_id": town.head.pk, "authority": "TUQ", **changes}


def test_by_authorisation_signs_only_who_holds_one_today(scope, town):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with pytest.raises(DomainError, match="no authorisation"):
        begun(town, **by_authorisation(town))
    later = authorise(town, valid_from=tomorrow)
    with pytest.raises(DomainError, match="no authorisation"):
        begun(town, **by_authorisation(town))
    positions.revoke_delegation(later.pk, actor=town.leader)
    authorise(town)
    assert begun(town, **by_authorisation(town)).signer == town.head
    with pytest.raises(DomainError, match="no authorisation"):
        begun(town, authority="TUQ")  # the head himself was authorised by nobody


def test_who_holds_an_authorisation_does_not_sign_as_the_head(scope, town):
    authorise(town)
    for authority in ("", "KT", "Q", "TM"):
        with pytest.raises(DomainError, match="by authorisation only"):
            begun(town, signer_id=town.head.pk, authority=authority)
    assert begun(town, signer_id=town.head.pk, authority="TL")  # of his own office


def test_the_signature_is_on_behalf_of_the_head_as_long_as_the_authorisation_lasts(scope, town):
    lent = authorise(town)
    outgoing = to_be_signed(town, **by_authorisation(town))
    mine, late = certificate_of(town.head), to_be_signed(town, **by_authorisation(town))
    sign_it(outgoing, town.head, mine, town.head.full_name)
    signed = AuditEntry.objects.get(action="outgoing.signed", subject_id=str(outgoing.pk))
    assert signed.on_behalf_of == town.leader.full_name
    positions.revoke_delegation(lent.pk, actor=town.leader)
    with pytest.raises(DomainError, match="no authorisation"):
        signing.begin(late.pk, actor=town.head, certificate_id=mine.pk)


def test_he_is_proposed_with_his_own_title_once(scope, town, django_assert_num_queries):
    registry = registry_of(town)
    Position.objects.filter(user=town.head).update(title="Trưởng phòng Đất đai")
    as_head_of_division = Candidate(town.head, "Trưởng phòng Đất đai", "TL")
    assert signers_of(registry) == [Candidate(town.leader, "", ""), as_head_of_division]
    authorise(town)
    with django_assert_num_queries(4):
        found = signers_of(registry)
    authorised = Candidate(town.head, "Trưởng phòng Đất đai", "TUQ")
    assert found == [Candidate(town.leader, "", ""), authorised]


def test_by_order_signs_who_heads_a_unit_himself_and_not_who_stands_in_for_the_head(scope, town):
    officer = {"signer_id": town.officer.pk, "authority": "TL"}
    authorise(town, receiver=town.officer)
    with pytest.raises(DomainError, match="by authorisation only"):
        begun(town, **officer)
    offered = {(each.user, each.authority) for each in signers_of(registry_of(town))}
    assert offered == {(town.leader, ""), (town.officer, "TUQ"), (town.head, "TL")}


def test_only_the_head_of_the_body_authorises(scope, town):
    """Not a deputy of his, and not who stands above the body (Điều 13.3)."""
    registry, wish = registry_of(town), by_authorisation(town)
    authorise(town)
    assert begun(town, **wish).signer == town.head
    Position.objects.filter(user=town.leader).update(title="Phó Giám đốc")
    with pytest.raises(DomainError, match="no authorisation"):
        begun(town, **wish)
    assert (town.head, "TUQ") not in {(one.user, one.authority) for one in signers_of(registry)}
    Position.objects.filter(user=town.leader).update(title="Giám đốc")
    assert begun(town, **wish).signer == town.head
    below = town.division  # a body below the agency, whose head the agency's does not replace
    registry.unit = below
    registry.save()
    with pytest.raises(DomainError, match="no authorisation"):
        begun(town, **wish)
