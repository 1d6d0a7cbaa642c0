"""Every page of administration, seen by those who may and by those who may not."""

import re

import pytest

from tests.conftest import Browser

PAGES = (
    "/admin",
    "/admin/accounts",
    "/admin/gates",
    "/admin/units",
    "/admin/employees",
    "/admin/employees/import",
    "/admin/badges",
    "/admin/devices",
    "/admin/sealed-codes",
    "/admin/tokens",
    "/admin/site",
)
MANAGERS_PAGES = (
    "/admin/policy",
    "/admin/policy/new",
    "/admin/policy/versions/1",
    "/admin/questions",
    "/admin/questions/new",
    "/admin/questions/versions/1",
)


def id_of(page: str) -> str:
    """Return the id of the last form's command on a page."""
    return re.findall(r'name="command_id" value="([^"]+)"', page)[-1]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_manager_sees_each_page_in_both_languages(client: Browser, language: str) -> None:
    client.log_in("manager")
    for page in (*PAGES, *MANAGERS_PAGES):
        answer = client.get(page, headers={"Accept-Language": language})
        assert answer.status_code == 200, page
        assert f'<html lang="{language}">' in answer.text
        assert answer.headers["Cache-Control"] == "no-store"


def test_each_entry_of_a_list_has_a_page(client: Browser) -> None:
    client.log_in("manager")
    for kind in ("accounts", "gates", "units", "employees"):
        links = set(re.findall(rf'href="(/admin/{kind}/[0-9a-f-]{{36}})"', client.get(f"/admin/{kind}").text))
        assert links
        assert {client.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize("who", ["guard", "reception"])
def test_nobody_else_finds_administration(client: Browser, who: str) -> None:
    client.log_in(who)
    assert {client.get(page).status_code for page in (*PAGES, *MANAGERS_PAGES)} == {404}


def test_a_stranger_is_sent_to_log_in(client: Browser) -> None:
    assert {client.get(page).headers["location"].partition("?")[0] for page in PAGES} == {"/login"}
