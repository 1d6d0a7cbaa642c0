"""Accounts, devices and tokens from the shell."""

import re

from tests.cli.conftest import OFFICE, Run

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def test_setup_opens_an_office_and_prints_the_words_of_the_recovery_sheet(run: Run) -> None:
    ran = run(*OFFICE, typed="con trau vang an co\n480215\n")
    assert ran.code == 0
    assert "Sở Nội vụ is set up" in ran.out
    assert "24. " in ran.out


def test_setup_names_the_option_that_is_wrong_and_stores_nothing(run: Run) -> None:
    ran = run(*OFFICE, typed="ngắn\n123456\n")
    assert (ran.code, ran.out) == (1, "")
    assert "--manager-passphrase: " in ran.err
    assert "--guard-pin: " in ran.err
    assert "There is no site yet" in run("account", "list").err


def test_setup_is_for_the_first_office_only(office_run: Run) -> None:
    assert office_run(*OFFICE, typed="con trau vang an co\n480215\n").code == 1


def test_an_account_is_added_listed_and_disabled(office_run: Run) -> None:
    assert office_run("account", "add", "--name", "Trần Thị Lan", "--role", "guard", typed="731906\n").code == 0
    assert "Trần Thị Lan · guard · — · active" in office_run("account", "list").out
    assert office_run("account", "disable", "tran thi lan").code == 0
    assert "Trần Thị Lan · guard · — · disabled or expired" in office_run("account", "list").out
    assert office_run("account", "disable", "Trần Thị Lan", "--enable").code == 0
    assert "Trần Thị Lan · guard · — · active" in office_run("account", "list").out


def test_a_pin_that_is_too_easy_makes_no_account(office_run: Run) -> None:
    ran = office_run("account", "add", "--name", "Trần Thị Lan", "--role", "guard", typed="123456\n")
    assert ran.code == 1
    assert "Lan" not in office_run("account", "list").out


def test_whoever_is_no_guard_needs_a_login(office_run: Run) -> None:
    ran = office_run("account", "add", "--name", "Vũ Thị Hương", "--role", "receptionist", typed="một câu rất dài\n")
    assert ran.code == 1


def test_a_forgotten_managers_passphrase_is_reset(office_run: Run) -> None:
    assert (
        "Reset for Nguyễn Thị Thảo" in office_run("account", "reset-passphrase", "thao", typed="một câu rất dài\n").out
    )
    assert "has a passphrase" in office_run("account", "reset-pin", "thao").err
    assert "has a PIN" in office_run("account", "reset-passphrase", "Nguyễn Văn Đức").err
    assert "There is no account hoa" in office_run("account", "reset-pin", "hoa").err


def test_the_last_manager_stays(office_run: Run) -> None:
    assert office_run("account", "disable", "thao").code == 1


def test_a_device_is_paired_by_six_digits(office_run: Run) -> None:
    ran = office_run("device", "pair", "--name", "Máy cổng A")
    assert re.search(r"enter \d{3} \d{3} before \d\d:\d\d", ran.out)
    assert "Choose a gate" in office_run("device", "pair", "--name", "Máy", "--gate", "Cổng Z").err
    assert office_run("device", "list").out == ""


def test_a_token_is_printed_once_and_alone_on_standard_output(office_run: Run) -> None:
    ran = office_run("token", "create", "--role", "manager", "--name", "Báo cáo tháng")
    assert re.fullmatch(r"[\w-]{43}\n", ran.out)
    listed = office_run("token", "list").out
    assert ran.out.strip() not in listed
    assert "Báo cáo tháng" in listed
    found = ID.search(listed)
    assert found is not None
    assert office_run("token", "revoke", found[0]).code == 0
    assert "revoked or expired" in office_run("token", "list").out


def test_an_id_that_is_none_is_said_so(office_run: Run) -> None:
    assert office_run("token", "revoke", "abc").err == "abc is no id."
    assert office_run("device", "revoke", "01a21084-c16a-7f02-85e8-e5d9cadc66a6").code == 1
