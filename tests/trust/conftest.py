"""A program that is served on https too, and the folder of its authority."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.main import make_app
from app.settings import Settings
from app.trust.files.folder import FOLDER, note_names, open_authority
from app.trust.security import Door, open_door
from tests.conftest import Browser
from tests.office import MORNING, Office

NAMES = ["gatebook.test", "gate.local", "192.168.1.10", "fd00::1", "localhost"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give the settings of a data folder with an authority; it has no certificate yet."""
    folder = tmp_path / "data" / FOLDER
    open_authority(folder, "thử", NAMES, MORNING)
    note_names(folder, NAMES)
    return Settings(data=tmp_path / "data", trusted_proxies="testclient")


@pytest.fixture
def secure_client(office: Office, settings: Settings) -> Iterator[Browser]:
    """Give a browser that talks to a program with an https door, by a name that its certificate is for."""
    office.clerk.stop()
    door: Door | None = open_door(settings, office.clock, lambda: NAMES)
    app = make_app(office.book, office.clock, settings, door=door)
    office.clerk = app.state.gatebook.clerk
    origin = "http://gatebook.test:8000"
    with Browser(app, base_url=origin, headers={"Origin": origin}, follow_redirects=False) as browser:
        browser.office = office
        yield browser
