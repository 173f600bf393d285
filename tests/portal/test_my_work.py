"""The first page after signing in leads each person to his own work."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
RECEIVE = 'href="/ho-so/tiep-nhan/"'


def test_the_counter_receives_from_its_first_page(client, clerk) -> None:
    assert RECEIVE in client.sign_in(clerk).get("/viec/").content.decode()


def test_who_does_not_receive_has_no_button_for_it(client, officer) -> None:
    assert RECEIVE not in client.sign_in(officer).get("/viec/").content.decode()
