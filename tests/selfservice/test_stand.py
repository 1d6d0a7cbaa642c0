"""The stand by the door: the same questions, a group at a time, and nothing stays."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from tests.conftest import Browser
from tests.office import Office, pair
from tests.selfservice.conftest import HEALTH, WHO, Visitor


@dataclass
class AtStand(Visitor):
    """Somebody at a stand."""

    device_id: UUID | None = None


@pytest.fixture
def stand(client: Browser) -> AtStand:
    """Give somebody at the stand of gate A."""
    device_id = pair(client.office, client.office.gate_a, "Quầy", "stand", "stand")
    client.cookies.set("gatebook_device", client.office.device_tokens["stand"])
    page = client.get(f"/g/{client.office.gate_code}?stand")
    unit = str(client.office.units["Ban Tiếp công dân"])
    return AtStand(client, page, {"unit": unit, "purpose": "nộp hồ sơ"}, device_id)


def test_one_group_of_questions_at_a_time_leads_to_big_digits(stand: AtStand) -> None:
    typed = WHO | stand.whom | HEALTH | {"agree.health": "yes"}
    pages = 0
    while "pass-digits" not in stand.page.text:
        shown = stand.fields.values
        stand.send(**{name: value for name, value in typed.items() if f'name="{name}"' in stand.page.text and
                      shown.get(name) != value})  # fmt: skip
        assert stand.page.status_code == 200, stand.wrong
        assert 'class="visitor stand"' in stand.page.text
        assert 'data-idle="' in stand.page.text
        pages += 1
    assert pages > 8
    assert stand.passes[0].channel == "stand"
    [visit] = stand.visits
    assert (visit.state, visit.name, visit.device_id) == ("waiting", "Trần Thị Hoa", stand.device_id)
    assert "/p/" not in stand.page.text


def test_nothing_is_remembered_by_the_browser(stand: AtStand) -> None:
    assert "gatebook_form" not in stand.browser.cookies
    stand.send(**{"agree.health": "yes"})
    assert stand.page.headers["cache-control"] == "no-store"
    assert "data-remember" not in stand.page.text


def test_reload_at_the_stand_begins_anew(stand: AtStand) -> None:
    first = stand.fields.values["command_id"]
    again = stand.browser.get(f"/g/{stand.browser.office.gate_code}?stand")
    assert first not in again.text


@pytest.mark.parametrize("who", [None, "guard", "other"])
def test_a_device_that_is_no_stand_of_this_gate_gets_the_ordinary_pages(client: Browser, who: str | None) -> None:
    office = client.office
    if who == "other":
        pair(office, office.gate_b, "Quầy B", "other", "stand")
    if who is not None:
        client.cookies.set("gatebook_device", office.device_tokens[who])
    page = client.get(f"/g/{office.gate_code}?stand")
    assert page.status_code == 200
    assert 'class="visitor"' in page.text
    assert "data-idle" not in page.text


def test_a_stand_of_another_office_is_no_stand_here(other_office: Office, client: Browser) -> None:
    other_office.clerk = client.office.clerk
    pair(other_office, other_office.gate_a, "Quầy", "stand", "stand")
    client.cookies.set("gatebook_device", other_office.device_tokens["stand"])
    assert "data-idle" not in client.get(f"/g/{client.office.gate_code}?stand").text
