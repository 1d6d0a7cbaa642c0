"""The catalogues hold what is used and nothing else, alike in both languages; figures are as people here write them."""

import re
import string
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from markupsafe import Markup

from app.web.texts import (
    LANGUAGES,
    LOCALES,
    Texts,
    choose_language,
    format_date,
    format_datetime,
    format_number,
    format_temperature,
    format_time,
)

ROOT = LOCALES.parents[1]
DOMAINS = ("common", "visitor", "guard", "reception", "manager", "admin", "rules", "errors", "shell", "trust")
# Keys that are put together while running: what follows must stand somewhere in the sources as a quoted word.
DYNAMIC = (
    "common.state.",
    "common.decision.",
    "errors.",
    "errors.identity_",
    "rules.decision.",
    "rules.decision.refer.",
    "rules.reason.",
    "rules.missing.",
    "rules.reason.not_measured_",
    "rules.reason.answers_",
    "rules.reason.host_",
    "rules.flag.",
    "guard.pass.",
    "guard.scan.",
    "guard.scan.sex.",
    "guard.scan.trouble.",
    "rules.warning.",
    "rules.kind.",
    "rules.not_measured.",
    "manager.export.column.",
    "manager.export.sum.",
    "shell.start.",
    "shell.doctor.",
    "shell.fault.",
    "shell.role.",
    "shell.purpose.",
    "shell.ask.",
    "shell.tls.why.",
    "reception.column.",
    "reception.head.",
    "reception.not_measured.",
    "reception.key.",
    "reception.field.",
    "reception.sex.",
    "reception.outcome.",
    "reception.story.",
    "reception.discrepancy.",
    "reception.sheet.",
    "reception.blank.",
    "reception.stray.act.",
    "reception.stray.why.",
    "reception.stray.field.",
    "admin.option.",
    "admin.policy.",
    "admin.policy.field.",
    "admin.policy.group.",
    "admin.policy.kind.",
    "admin.question.",
    "admin.question.flag.",
    "admin.question.type.",
    "admin.refer.",
)
# Keys that end in a status number.
NUMBERED = ("errors.title.",)
ZONE = "Asia/Ho_Chi_Minh"

KEY = re.compile(rf"""["'`]((?:{"|".join(DOMAINS)})\.[a-z0-9_.]*)(["'`{{$])""")
NAME_OF_A_FILE = re.compile(r"\.(html|css|js|ts|tsx|json|py|po|pdf|csv|xlsx)$")
WORD = re.compile(r"""["'`]([a-z0-9_.]+)["'`]|\b([a-z_]+)(?==|:)""")
CODE = re.compile(r"""(?:Problem\(\d+, |NotFound\(|Refusal\()"([a-z_]+)"(?: if .+? else "([a-z_]+)")?""")


def sources() -> dict[Path, str]:
    found = [
        *(ROOT / "app").rglob("*.py"),
        *(ROOT / "app").rglob("*.json"),
        *(ROOT / "kiosk_ui" / "templates").rglob("*.html"),
        *(path for path in (ROOT / "kiosk_ui" / "src").rglob("*.ts*") if "generated" not in path.parts),
    ]
    return {path: path.read_text(encoding="utf-8") for path in found}


def keys_in(text: str) -> set[str]:
    return {key for key, _ in KEY.findall(text) if not NAME_OF_A_FILE.search(key)}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def messages(language: str) -> dict[str, str]:
    return dict(Texts.for_language(language).messages)


def test_both_languages_hold_the_same_keys() -> None:
    assert messages("vi").keys() == messages("en").keys()


def test_both_languages_leave_the_same_places_for_values() -> None:
    english = messages("en")
    assert [key for key, text in messages("vi").items() if places(text) != places(english[key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_each_is_composed(language: str) -> None:
    texts = messages(language)
    assert texts
    assert [key for key, text in texts.items() if not text.strip()] == []
    assert [key for key, text in texts.items() if not unicodedata.is_normalized("NFC", text)] == []


@pytest.mark.parametrize("path", sorted(LOCALES.rglob("*.po")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_catalogue_holds_each_key_of_its_own_domain_once(path: Path) -> None:
    keys = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys))
    assert [key for key in keys if not key.startswith(f"{path.stem}.")] == []


def test_every_key_that_is_used_has_a_text() -> None:
    known = messages("vi")
    missing = {
        f"{path.relative_to(ROOT)}: {key}"
        for path, text in sources().items()
        for key in keys_in(text)
        if key not in known and not any((prefix + "x").startswith(key) and key.endswith(".") for prefix in known)
    }
    assert missing == set()


def test_every_key_put_together_while_running_is_declared_here() -> None:
    built = {key for text in sources().values() for key in keys_in(text) if key.endswith(".")}
    assert built <= {*DYNAMIC, *NUMBERED}


def test_no_text_is_unused() -> None:
    text = "\n".join(sources().values())
    used = keys_in(text)
    words = {word for pair in WORD.findall(text) for word in pair if word}

    def is_used(key: str) -> bool:
        rests = {key.removeprefix(prefix) for prefix in DYNAMIC if key.startswith(prefix)}
        # A required field's code is its name and `_missing`.
        rests |= {rest.removesuffix("_missing") for rest in rests}
        return key in used or key.startswith(NUMBERED) or bool(rests & words)

    assert sorted(key for key in messages("vi") if not is_used(key)) == []


def test_every_problem_and_refusal_has_a_text() -> None:
    codes = {code for text in sources().values() for pair in CODE.findall(text) for code in pair if code}
    assert {f"errors.{code}" for code in codes} - messages("vi").keys() == set()


def test_visitors_are_ong_ba_throughout() -> None:
    other = re.compile(r"\b(anh/chị|quý khách|bạn)\b", re.IGNORECASE)
    assert [key for key, text in messages("vi").items() if other.search(text)] == []


def test_a_text_takes_its_values() -> None:
    assert Texts.for_language("vi")("common.temperature_from", limit="37,5") == "từ 37,5 °C trở lên"


def test_a_key_without_a_text_is_an_error_in_tests() -> None:
    with pytest.warns(RuntimeWarning, match="no text for common.nothing"):
        assert Texts.for_language("en")("common.nothing") == "common.nothing"


def test_a_value_that_is_missing_leaves_its_place() -> None:
    with pytest.warns(RuntimeWarning, match="no value for {limit}"):
        assert Texts.for_language("vi")("common.temperature_from") == "từ {limit} °C trở lên"


def test_a_value_holding_braces_stays_as_it_was_typed() -> None:
    assert Texts.for_language("en")("common.temperature_from", limit="{0.__class__}") == "{0.__class__} °C or above"


def test_a_text_for_a_page_escapes_its_values_but_not_its_links() -> None:
    texts = Texts("vi", {"common.x": "{name} & {link}"})
    assert texts.html("common.x", name="<b>", link=Markup("<a>")) == "&lt;b&gt; &amp; <a>"


def test_an_error_is_said_by_its_key_or_with_values() -> None:
    texts = Texts.for_language("en")
    assert texts.say("common.yes") == "Yes"
    assert texts.say(("common.temperature_from", {"limit": "37,5"})) == "37,5 °C or above"


@pytest.mark.parametrize(
    ("cookie", "header", "expected"),
    [
        (None, None, "vi"),
        (None, "", "vi"),
        (None, "vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        (None, "en-US,en;q=0.9,vi;q=0.8", "en"),
        (None, "ko-KR,ko;q=0.9", "en"),
        (None, "ko,vi;q=0.5,en;q=0.4", "vi"),
        (None, "*", "vi"),
        (None, "en;q=0", "vi"),
        (None, "en;q=many, ;;,", "vi"),
        ("en", "vi", "en"),
        ("vi", "en", "vi"),
        ("fr", "en", "en"),
    ],
)
def test_the_language_is_the_chosen_one_else_the_browsers(
    cookie: str | None, header: str | None, expected: str
) -> None:
    assert choose_language(cookie, header) == expected


def test_moments_are_written_in_the_sites_zone() -> None:
    moment = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    assert format_time(moment, ZONE) == "00:30"
    assert format_date(moment, ZONE) == "24/11/2026"
    assert format_datetime(moment, ZONE) == "00:30 24/11/2026"
    assert format_date(date(2026, 11, 24), ZONE) == "24/11/2026"


def test_a_moment_without_a_zone_is_utc_as_the_book_keeps_it() -> None:
    assert format_time(datetime(2026, 11, 24, 0, 26), ZONE) == "07:26"  # noqa: DTZ001 - the case


def test_figures_have_a_decimal_comma_and_dots_between_thousands() -> None:
    assert format_temperature(365) == "36,5"
    assert format_number(1284) == "1.284"
    assert format_number(999) == "999"
