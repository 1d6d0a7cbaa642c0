"""Verify, backup, restore, export and doctor from the shell."""

import contextlib
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.opening import read_settings
from app.setup.files import BOOK, KEY, open_book
from tests.cli.conftest import OFFICE, SECRETS, Run


def alter_second_entry() -> None:
    """Do what somebody with the key and the will to forge could do."""
    with contextlib.closing(open_book(read_settings())) as book, book.writing() as connection:
        if book.embedded:
            connection.exec_driver_sql("DROP TRIGGER entry_no_update")
        else:
            connection.exec_driver_sql("ALTER TABLE entry DISABLE TRIGGER entry_append_only")
        connection.exec_driver_sql("UPDATE entry SET event = 'GateForgotten' WHERE sequence = 2")


def test_verify_says_where_the_chain_ends_and_that_it_holds(office_run: Run) -> None:
    ran = office_run("verify")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Sở Nội vụ: the chain holds, ")


def test_verify_of_a_book_without_an_office_has_nothing_to_say(run: Run) -> None:
    assert (run("verify").code, run("verify").out) == (0, "There is no site to verify yet.\n")


def test_verify_finds_an_altered_entry_and_exits_with_one(office_run: Run) -> None:
    alter_second_entry()
    ran = office_run("verify")
    assert ran.code == 1
    assert "the chain is broken at entry 2: the entry was altered or moved" in ran.out


def test_verify_holds_an_anchor_against_the_chain(office_run: Run) -> None:
    end = office_run("verify").out.split()[-1]
    sequence, digest = end.split(":")
    spaced = " ".join(digest[at : at + 4] for at in range(0, 64, 4))
    assert office_run("verify", "--anchor", f"{sequence}:{spaced}").code == 0
    assert "it differs from the anchor" in office_run("verify", "--anchor", f"1:{digest}").out
    assert "the tail was cut" in office_run("verify", "--anchor", f"{int(sequence) + 9}:{digest}").out
    assert "is not SEQUENCE:DIGEST" in office_run("verify", "--anchor", "7:abc").err


def test_a_backup_is_never_written_over_a_file(office_run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert office_run("backup", str(copy)).code == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    written = copy.read_bytes()
    assert "already" in office_run("backup", str(copy)).err
    assert copy.read_bytes() == written


def test_a_backup_without_a_folder_to_go_to_is_said_so(office_run: Run, tmp_path: Path) -> None:
    ran = office_run("backup", str(tmp_path / "nowhere" / "copy"))
    assert ran.code == 1
    assert ran.err


def test_a_restored_backup_is_the_book_as_it_was(
    office_run: Run, tmp_path: Path, empty_store: Callable[[], None]
) -> None:
    office_run("backup", str(tmp_path / "copy"))
    before = office_run("verify").out
    office_run("account", "add", "--name", "Lan", "--role", "guard", typed="731906\n")
    assert office_run("restore", str(tmp_path / "copy")).code == 1
    empty_store()
    assert office_run("restore", str(tmp_path / "copy"), "--replace").code == 0
    assert office_run("verify").out == before


def test_the_book_that_a_restore_replaces_is_kept(database: str, office_run: Run, tmp_path: Path) -> None:
    office_run("backup", str(tmp_path / "copy"))
    ran = office_run("restore", str(tmp_path / "copy"), "--replace")
    if database == "sqlite":
        assert "The old book is kept at " in ran.out
        assert len(list((tmp_path / "data").glob("book.before-*.db"))) == 1
    else:
        assert "holds a book already" in ran.err


def test_the_recovery_sheet_and_a_backup_are_enough_for_a_new_machine(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_store: Callable[[], None]
) -> None:
    printed = run(*OFFICE, typed=SECRETS).out.split("machine.")[1]
    words = " ".join(word for word in printed.split() if not word.rstrip(".").isdigit())
    run("backup", str(tmp_path / "copy"))
    empty_store()
    monkeypatch.setenv("GATEBOOK_DATA", str(tmp_path / "new"))
    assert "That is no key" in run("restore", str(tmp_path / "copy"), typed="cat dog\n").err
    assert not (tmp_path / "new" / KEY).exists()
    assert run("restore", str(tmp_path / "copy"), typed=words + "\n").code == 0
    assert (tmp_path / "new" / KEY).read_text() == (tmp_path / "data" / KEY).read_text()
    assert run("verify").code == 0


def test_a_damaged_copy_replaces_nothing(database: str, office_run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    office_run("backup", str(copy))
    before = office_run("verify").out
    content = bytearray(copy.read_bytes())
    content[-100] ^= 1
    copy.write_bytes(content)
    assert "is damaged" in office_run("restore", str(copy), "--replace").err
    (tmp_path / "copy.sha256").unlink()
    assert office_run("restore", str(copy), "--replace").code == 1
    assert office_run("verify").out == before
    assert database


def test_a_copy_that_is_not_there_is_said_so(office_run: Run, tmp_path: Path) -> None:
    assert "There is no file" in office_run("restore", str(tmp_path / "none"), "--replace").err


@pytest.mark.parametrize(("form", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_an_export_is_a_file_and_an_entry(office_run: Run, tmp_path: Path, form: str, begins: bytes) -> None:
    entries = int(office_run("verify").out.split("holds, ")[1].split()[0])
    output = tmp_path / f"book.{form}"
    assert (
        office_run("export", "--form", form, "--from", "2026-11-01", "--to", "05/11/2026", "-o", str(output)).code == 0
    )
    assert output.read_bytes().startswith(begins)
    assert f"holds, {entries + 1} entries" in office_run("verify").out
    assert "already" in office_run("export", "-o", str(output)).err


def test_an_export_of_days_the_wrong_way_round_is_refused(office_run: Run) -> None:
    assert "must come before" in office_run("export", "--from", "2026-11-05", "--to", "2026-11-01").err


def test_doctor_tells_machines_and_people_the_same(office_run: Run, tmp_path: Path) -> None:
    office_run("backup", str(tmp_path / "copy"))
    told = json.loads(office_run("doctor", "--json").out)
    codes = {finding["code"]: finding["state"] for finding in told}
    assert codes["chain_holds"] == codes["book_open"] == codes["backup_recent"] == codes["key_kept"] == "well"
    assert codes["recovery_open"] == codes["address_missing"] == "look"
    people = office_run("doctor").out
    # Other programs write on the disk meanwhile.
    assert all(one["text"].split(":")[0] in people for one in told if not one["code"].startswith("space_"))


def test_doctor_sees_a_key_that_others_may_read_and_a_setting_that_nobody_reads(
    office_run: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(environment["GATEBOOK_DATA"], KEY).chmod(0o644)
    monkeypatch.setenv("GATEBOOK_PROT", "80")
    ran = office_run("doctor")
    assert ran.code == 1
    assert "Others on this machine may read the key" in ran.out
    assert "GATEBOOK_PROT" in ran.out


def test_doctor_says_in_one_line_why_a_book_does_not_open(office_run: Run, environment: dict[str, str]) -> None:
    folder = Path(environment["GATEBOOK_DATA"])
    (folder / KEY).write_text("00" * 32)
    if (folder / BOOK).exists():
        ran = office_run("doctor")
        assert ran.code == 1
        assert "This key does not open the book" in ran.out


def test_a_copy_whose_chain_is_broken_replaces_nothing(database: str, office_run: Run, tmp_path: Path) -> None:
    whole, forged = tmp_path / "whole", tmp_path / "forged"
    office_run("backup", str(whole))
    alter_second_entry()
    office_run("backup", str(forged))
    if database == "sqlite":
        office_run("restore", str(whole), "--replace")
        ran = office_run("restore", str(forged), "--replace")
        assert "the book was not replaced" in ran.err
        assert office_run("verify").code == 0
    else:
        assert office_run("verify").code == 1
