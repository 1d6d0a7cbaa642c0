"""The tablet's page as an app: its manifest, its service worker, and the list of what the worker keeps."""

import json
import re

import pytest

from app.web.templating import KIOSK_UI
from tests.conftest import Browser

SHELL = re.compile(r'\{version:"([0-9A-F]+)",entry:"([^"]+)",files:(\[[^\]]+\])\}')


def shell_of(client: Browser) -> tuple[str, list[str]]:
    found = SHELL.search(client.be_stranger().get("/worker.js").text)
    assert found is not None
    return found[2], json.loads(found[3])


def test_the_worker_is_asked_for_each_time_and_may_answer_for_the_tablet_only(client: Browser) -> None:
    answer = client.be_stranger().get("/worker.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["service-worker-allowed"] == "/tablet"


def test_all_that_the_worker_keeps_is_there_for_a_stranger_and_sets_no_cookie(client: Browser) -> None:
    entry, files = shell_of(client)
    assert {"/tablet?lang=vi", "/tablet?lang=en", entry} <= set(files)
    answers = {path: client.be_stranger().get(path) for path in files}
    assert [path for path, answer in answers.items() if answer.status_code != 200] == []
    kept = [path for path in files if not path.startswith("/tablet")]
    assert [path for path in kept if not path.startswith("/static/") or "set-cookie" in answers[path].headers] == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_all_that_a_kept_page_loads_is_kept_with_it(client: Browser, language: str) -> None:
    entry, files = shell_of(client)
    page = client.get(f"/tablet?lang={language}").text
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert entry in loaded
    assert [path for path in loaded if path not in files] == []


def test_the_kept_page_is_the_same_for_whoever_asks(client: Browser) -> None:
    stranger = client.be_stranger().get("/tablet?lang=vi").text
    assert client.log_in("guard").get("/tablet?lang=vi").text == stranger


@pytest.mark.parametrize(("language", "name"), [("vi", "Bàn bảo vệ"), ("en", "Guard's desk")])
def test_the_app_is_named_in_the_readers_language_and_has_its_icons(client: Browser, language: str, name: str) -> None:
    answer = client.be_stranger().get(f"/tablet.webmanifest?lang={language}")
    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert "set-cookie" not in answer.headers
    manifest = answer.json()
    assert manifest["name"].endswith(name)
    assert (manifest["start_url"], manifest["scope"], manifest["orientation"]) == ("/tablet", "/tablet", "any")
    assert manifest["display"] in ("fullscreen", "standalone")
    assert "maskable" in {icon.get("purpose") for icon in manifest["icons"]}
    assert all((KIOSK_UI / icon["src"].lstrip("/")).is_file() for icon in manifest["icons"])
