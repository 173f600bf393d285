"""The main menu says where one is: one entry, also where the address of another begins its own."""

import pytest
from django.urls import reverse


@pytest.mark.parametrize(
    "name", ["reports:dashboard", "reports:report_list", "reports:evaluation_list"]
)
def test_one_entry_is_the_present_one(client, town, name):
    client.sign_in(town.overseer)
    url = reverse(name)
    nav = client.get(url).context["nav"]
    assert [entry["url"] for entry in nav if entry["current"]] == [url]
