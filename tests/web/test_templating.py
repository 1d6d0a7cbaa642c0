"""Pages are rendered in the reader's language, with everything typed escaped and every error beside its field."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from jinja2 import ChoiceLoader, DictLoader, UndefinedError

from app.errors import StartError
from app.web import templating
from app.web.texts import LOCALES

PAGES = {
    "plain": (
        '{% extends "layouts/plain.html" %}{% block title %}x{% endblock %}'
        '{% block main %}{{ t("common.yes") }}{% endblock %}'
    ),
    "staff": '{% extends "layouts/page.html" %}{% block title %}x{% endblock %}',
    "visitor": '{% extends "layouts/visitor.html" %}{% block title %}x{% endblock %}{% block main %}{% endblock %}',
    "form": (
        '{% from "components/forms.html" import form, field, choice, checkbox, error_summary with context %}'
        '{{ error_summary() }}{% call form("/x", command_id="id-1") %}'
        '{{ field("birth_year", "Năm sinh", required=true, hint="1984") }}'
        '{{ field("phone", "Điện thoại") }}{{ choice("sex", "Giới tính", [("male", "Nam"), ("female", "Nữ")]) }}'
        '{{ checkbox("consent", "Đồng ý") }}{% endcall %}'
    ),
    "moment": "{{ at | date }} {{ at | time }} {{ 375 | temperature }} {{ 1284 | number }}",
    "hole": "{{ nothing }}",
}
TYPED = '<script>alert(1)</script>"'


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TestClient]:
    names = (LOCALES.parent / "icons.txt").read_text(encoding="utf-8").split()
    (tmp_path / "icons.json").write_text(json.dumps({name: f"<svg data-icon='{name}'></svg>" for name in names}))
    styles = {f"{name}.css": f"{name}-1.css" for name in ("app", "visitor", "print", "tablet")}
    (tmp_path / "manifest.json").write_text(json.dumps(styles | {"pages/base.js": "pages/base-1.js"}))
    monkeypatch.setattr(templating, "BUILD", tmp_path)
    environment = templating.make_environment()
    loader = environment.loader
    assert loader is not None
    environment.loader = ChoiceLoader([DictLoader(PAGES), loader])
    monkeypatch.setattr(templating, "environment", environment)
    with TestClient(an_app()) as found:
        yield found


def an_app() -> FastAPI:
    app = FastAPI()

    async def page(name: str, request: Request) -> Response:
        if role := request.query_params.get("role"):
            request.state.actor = SimpleNamespace(role=role, name=TYPED)
        context = {"values": {"birth_year": TYPED, "sex": "female"}, "errors": {"birth_year": "errors.birth_year"}}
        return templating.render(request, name, context if name == "form" else {}, 422 if name == "form" else 200)

    app.add_api_route("/{name}", page)
    return app


def test_a_page_speaks_the_browsers_language(client: TestClient) -> None:
    vietnamese = client.get("/plain")
    assert '<html lang="vi">' in vietnamese.text
    assert "Có" in vietnamese.text
    english = client.get("/plain", headers={"Accept-Language": "en"})
    assert '<html lang="en">' in english.text
    assert english.headers["Content-Language"] == "en"


def test_a_language_once_chosen_stays(client: TestClient) -> None:
    chosen = client.get("/plain?lang=en")
    assert '<html lang="en">' in chosen.text
    assert "HttpOnly" in chosen.headers["Set-Cookie"]
    assert '<html lang="en">' in client.get("/plain", headers={"Accept-Language": "vi"}).text


def test_changing_the_language_keeps_the_rest_of_the_address(client: TestClient) -> None:
    assert 'href="?gate=A&amp;lang=en"' in client.get("/plain?lang=vi&gate=A").text


def test_an_unknown_language_is_passed_over(client: TestClient) -> None:
    answer = client.get("/plain?lang=xx")
    assert '<html lang="vi">' in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("role", "places"),
    [
        ("guard", ["/tablet"]),
        ("receptionist", ["/log"]),
        ("manager", ["/log", "/exports", "/admin"]),
        ("admin", ["/admin"]),
    ],
)
def test_each_role_is_shown_its_own_places(client: TestClient, role: str, places: list[str]) -> None:
    text = client.get(f"/staff?role={role}").text
    everywhere = ["/tablet", "/log", "/exports", "/admin"]
    assert [place for place in everywhere if f'href="{place}"' in text] == places


def test_nobody_signed_in_is_shown_no_places_and_no_way_out(client: TestClient) -> None:
    text = client.get("/staff").text
    assert "/logout" not in text
    assert "top-nav" not in text


def test_a_name_is_shown_as_it_was_typed_and_runs_nowhere(client: TestClient) -> None:
    text = client.get("/staff?role=manager").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_beside_the_field(client: TestClient) -> None:
    answer = client.get("/form")
    assert answer.status_code == 422
    text = answer.text
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;&#34;"' in text
    assert 'aria-invalid="true" autofocus aria-describedby="f-birth_year-error f-birth_year-hint"' in text
    assert text.count("autofocus") == 1
    assert 'id="f-birth_year-error"' in text
    assert '<a href="#f-birth_year">' in text
    assert 'value="female" checked' in text
    assert 'value="male" checked' not in text
    assert 'name="command_id" value="id-1"' in text


def test_a_box_is_unticked_until_somebody_ticks_it(client: TestClient) -> None:
    assert 'name="consent" type="checkbox" value="yes">' in client.get("/form").text


def test_the_visitors_page_loads_two_small_files_and_nothing_from_elsewhere(client: TestClient) -> None:
    text = client.get("/visitor").text
    assert "/static/build/visitor-1.css" in text
    assert "/static/build/pages/base-1.js" in text
    assert "http" not in text.replace("http-equiv", "")


def test_what_is_undefined_is_an_error_and_not_a_gap(client: TestClient) -> None:
    with pytest.raises(UndefinedError):
        client.get("/hole")


def test_assets_that_were_not_built_are_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(templating, "BUILD", tmp_path / "nowhere")
    with pytest.raises(StartError, match="build the assets first"):
        templating.asset("app.css")


def test_an_asset_or_icon_that_is_not_in_the_build_is_told_in_a_sentence(client: TestClient) -> None:
    del client
    with pytest.raises(StartError, match=r"no other\.css"):
        templating.asset("other.css")
    with pytest.raises(StartError, match="no icon other"):
        templating.icon("other")
