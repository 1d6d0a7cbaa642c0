"""A tenth of a shift without a network; `make faults` lives through the whole of it."""

import shutil
from pathlib import Path

from app.db import Book
from app.trust.files.folder import FOLDER
from tests.browser.trusted import Tablets
from tests.faults.shift import Gatebook, run


def test_a_hundred_acts_without_a_network_are_in_the_book_once_in_order_and_on_time(
    book: Book, tablets: Tablets, tls_data: Path, tmp_path: Path
) -> None:
    shutil.copytree(tls_data / FOLDER, tmp_path / FOLDER)
    url = None if book.embedded else book.writer.url.render_as_string(hide_password=False)
    gatebook = Gatebook(tmp_path, url)
    try:
        told = run(gatebook, tablets, 100)
    finally:
        gatebook.stop()

    assert told.holds, told
