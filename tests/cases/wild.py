"""What the generated cases are made of: policies, readings, answers and typed texts, as wild as they come."""

import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias, get_args

from hypothesis import strategies as st

from app.declarations.rules import NATIONALITIES, PROVINCES, group_digits, make_digits
from app.screening.rules import KINDS, Channel, DecisionKind, HostCall, Need, NotMeasured, RecordField, Tile

Document = dict[str, Any]
Wild: TypeAlias = st.SearchStrategy[Any]

NOW = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)

# Only characters that both sides' Unicode tables know, whichever versions of Python and Node.js meet here.
KNOWN = [
    letter
    for letter in map(chr, range(0x10000))
    if unicodedata.ucd_3_2_0.category(letter) not in ("Cn", "Co") and letter != "\x00"
]
ODD = [
    *"\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2003\u2028\u202f\u3000\ufeff\u200b\u200e\u202e\xad\x01\x7f\ud800",
    *"ðÐđĐıİßſς½²Ⅷ\u0323\u0301\u031b\u0302\u0345ﬁ３６．，·٣९",
    "🙂",
    "𝟛",
]
VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY"
    "àảãáạằẳẵắặầẩẫấậèéẽẻẹềểễếệìíỉĩịòóỏõọồổỗốộờởỡớợùúủũụừứửữựỳýỷỹỵ"
)

letters: Wild = (
    st.sampled_from(VIETNAMESE) | st.sampled_from(" 0123456789.,-/") | st.sampled_from(ODD) | st.sampled_from(KNOWN)
)
texts: Wild = st.text(letters, max_size=40)
names: Wild = st.sampled_from(
    ["Trần Thị Hoa", "Ðức Anh", "NGUYỄN VĂN AN", "Guðrún", "A", "1", "Lê  Thị\u00a0Bé", "х" * 101]
)
booleans: Wild = st.booleans()
decisions: Wild = st.sampled_from(get_args(DecisionKind))
channels: Wild = st.sampled_from(get_args(Channel))
needs: Wild = st.sampled_from(get_args(Need))
tiles: Wild = st.sampled_from(get_args(Tile))
record_fields: Wild = st.lists(st.sampled_from(get_args(RecordField)), max_size=6, unique=True)
rules: Wild = st.fixed_dictionaries({
    "declaration": needs, "temperature": needs, "mask": st.none() | tiles, "sanitiser": st.none() | tiles,
    "badge": booleans, "identity": needs, "phone": needs, "host_call": needs, "exit_temperature": booleans,
    "fields": record_fields, "never_refuse_for_papers": booleans, "record_after": booleans,
})  # fmt: skip
quotas: Wild = st.none() | st.integers(0, 6)
policies: Wild = st.fixed_dictionaries({
    "kinds": st.fixed_dictionaries(dict.fromkeys(KINDS, rules)),
    "threshold_tenths": st.integers(365, 385), "threshold_inclusive": booleans,
    "rest_minutes": st.sampled_from([0, 1, 15, 240]), "rest_enforced": booleans,
    "retry_minutes": st.sampled_from([0, 5, 240]), "readings_max": st.integers(1, 4),
    "after_last_high": st.sampled_from(["refer", "refuse"]),
    "after_last_not_measured": st.sampled_from(["admit", "refer", "refuse"]),
    "not_measured": st.fixed_dictionaries(dict.fromkeys(get_args(NotMeasured), decisions)),
    "answers": st.fixed_dictionaries({"caution": decisions, "stop": decisions}),
    "host_call": st.fixed_dictionaries({"no_answer": decisions, "declined": decisions}),
    "mask_required": st.sampled_from([True, False, "advise"]),
    "sanitiser_required": st.sampled_from([True, False, "advise"]),
    "quotas": st.fixed_dictionaries({
        "site_max": quotas, "gate_max": quotas,
        "unit_max": st.dictionaries(st.sampled_from(["u1", "u2"]), st.integers(0, 6)),
    }),
})  # fmt: skip


def _time(minutes: int, thousandths: int) -> str:
    return (NOW + timedelta(minutes=minutes, milliseconds=thousandths)).isoformat()


# Times fall on the ends of rests and a thousandth beside them.
times: Wild = st.builds(
    _time,
    st.sampled_from([-480, -240, -31, -30, -16, -15, -14, -6, -5, -2, -1, 0, 1, 15]) | st.integers(-300, 10),
    st.sampled_from([0, 0, 0, -1, 1]),
)
tenths: Wild = st.integers(340, 425) | st.integers(364, 386)
readings: Wild = st.fixed_dictionaries({"tenths": tenths, "reason": st.none(), "at": times}) | st.fixed_dictionaries(
    {"tenths": st.none(), "reason": st.sampled_from(get_args(NotMeasured)), "at": times}
)
outcomes: Wild = st.fixed_dictionaries({
    "level": st.sampled_from(["clear", "caution", "stop"]),
    "codes": st.lists(st.sampled_from(["symptom.cough", "contact.close", "incomplete"]), max_size=3),
    "notes": st.just([]),
})  # fmt: skip
inputs: Wild = st.fixed_dictionaries({
    "kind": st.sampled_from(KINDS), "readings": st.lists(readings, max_size=5), "mask": booleans, "sanitiser": booleans,
    "outcome": st.none() | outcomes, "host_call": st.none() | st.sampled_from(get_args(HostCall)), "badge": booleans,
    "badges_free": booleans, "identity": st.sampled_from([None, "given", "no_papers"]), "vouched": booleans,
    "phone": booleans, "filled": record_fields, "channel": channels,
})  # fmt: skip

places: Wild = st.sampled_from(["Hải Phòng 12/11", "hai  phong", "Đà Nẵng", "Ðà Nẵng", " | ", "", "x" * 501]) | texts
flags: Wild = st.sampled_from(["none", "caution", "stop"])
both: Wild = st.just({"vi": "vi", "en": "en"})
QUESTION_KEYS = ["fever", "cough", "places", "contact", "note", "toString", "constructor"]


def _question(key: str) -> st.SearchStrategy[Document]:
    def of(kind: str) -> st.SearchStrategy[Document]:
        option = st.fixed_dictionaries({"key": st.sampled_from(["a", "b", "toString"]), "labels": both, "flag": flags})
        options = st.lists(option, min_size=1, max_size=3) if kind == "choice" else st.just(list[Document]())
        return st.fixed_dictionaries({
            "key": st.just(key), "type": st.just(kind), "code": st.just(f"asked.{key}"), "labels": both, "short": both,
            "required": booleans, "flag": flags, "options": options, "watch": st.lists(places, max_size=2),
        })  # fmt: skip

    return st.sampled_from(["yes_no", "text", "places", "choice"]).flatmap(of)


questionnaires: Wild = (
    st.lists(st.sampled_from(QUESTION_KEYS), unique=True, min_size=1)
    .flatmap(lambda keys: st.tuples(*map(_question, keys)))
    .map(lambda asked: {
        "sections": [{"key": "all", "step": "health", "labels": {"vi": "vi", "en": "en"}, "questions": [*asked]}],
        "statement": {"vi": "vi", "en": "en"},
        "warning": {"vi": "vi", "en": "en"},
    })
)  # fmt: skip
any_answer: Wild = (
    st.none() | booleans | st.sampled_from([0, 1, "", "a", "b", "toString"]) | places
    | st.lists(places | st.sampled_from([None, 1]), max_size=3) | st.just(["x"] * 21) | st.just({"a": True})
)  # fmt: skip
wild_answers: Wild = st.dictionaries(st.sampled_from([*QUESTION_KEYS, "truthful"]), any_answer)


def _sound(asked: Document) -> st.SearchStrategy[Document]:
    """Return answers of the kinds that the questions ask for, mostly without a mistake."""
    by_type = {"yes_no": booleans, "text": texts, "places": st.lists(places, max_size=3)}
    given_to = {
        question["key"]: by_type.get(
            question["type"], st.sampled_from([o["key"] for o in question["options"]] or ["a"])
        )
        for question in asked["sections"][0]["questions"]
    }
    return st.fixed_dictionaries({**given_to, "truthful": st.just(value=True)})


asked_and_answered: Wild = questionnaires.flatmap(lambda asked: st.tuples(st.just(asked), _sound(asked) | wild_answers))


def _joined(*parts: str) -> str:
    return "".join(parts)


numbers: Wild = st.builds(
    _joined,
    st.sampled_from([*sorted(PROVINCES)[:9], "003", "100", "101", "399", "400", "999"]),
    st.from_regex(r"[0-9]{9}", fullmatch=True),
)
FIELDS: dict[str, st.SearchStrategy[str]] = {
    "full_name": names,
    "birth_year": st.from_regex(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-](19|20)[0-9]{2}", fullmatch=True)
    | st.integers(1898, 2029).map(str)
    | st.sampled_from(["29/02/2000", "29/02/1900", "31/4/2001", "１９８４", "24/11/2026", "25.11.2026"]),
    "sex": st.sampled_from(["male", "female", "other", "nam"]),
    "nationality": st.sampled_from([*sorted(NATIONALITIES)[:5], "VN", "vn", "XX"]),
    "phone": st.sampled_from(["0912 345 678", "x" * 31]),
    "identity_type": st.sampled_from(["cccd", "cmnd", "passport", "other", "none", "toString", "visa"]),
    "identity_number": numbers | st.from_regex(r"[a-zA-Z0-9đß ./-]{1,14}", fullmatch=True),
    "unit": texts,
    "purpose": texts | st.just("x" * 301),
    "plate": st.sampled_from(["36A-123.45", "36a1 2345", "ß1", "Đ 12"]) | texts,
    "people_count": st.integers(-1, 1001).map(str) | st.sampled_from(["07", "1.5", "٣"]),
    "on_word_of": names,
    "vouched_by": names,
}
wild_fields: Wild = st.fixed_dictionaries({}, optional={name: found | texts for name, found in FIELDS.items()})
sound_fields: Wild = st.fixed_dictionaries(
    {
        "full_name": st.sampled_from(["Trần Thị Hoa", "Ðức Anh"]),
        "birth_year": st.sampled_from(["1984", "05/03/1984", "1985", "2003", "2020"]),
        "sex": st.sampled_from(["male", "female", "other"]),
        "nationality": st.just("VN"),
        "phone": st.just("0912 345 678"),
        "identity_type": st.just("cccd"),
        "identity_number": st.builds(
            _joined,
            st.sampled_from(["031", "003", "101", "399", "400"]),
            st.integers(0, 9).map(str),
            st.sampled_from(["84", "85", "03", "20"]),
            st.just("001234"),
        ),
        "unit": st.just("Văn phòng"),
        "purpose": st.just("họp"),
        "people_count": st.just("3"),
        "on_word_of": names,
        "vouched_by": names,
    },
    optional={"plate": st.just("36A-123.45"), "organisation": st.just("UBND"), "address": st.just("Hà Nội")},
)
fields: Wild = wild_fields | sound_fields
persons: Wild = st.fixed_dictionaries({
    "who": st.sampled_from(["person", "companion"]), "kind": st.sampled_from(KINDS), "rule": rules,
    "channel": channels,
    "today": st.dates(date(2024, 2, 29), date(2028, 3, 1)).map(date.isoformat), "fields": fields,
})  # fmt: skip

passes: Wild = st.binary(min_size=8, max_size=12).map(make_digits)


def _with(digits: str, at: int, odd: str) -> str:
    return digits[:at] + odd + digits[at:]


typed_digits: Wild = (
    passes
    | passes.map(group_digits)
    | st.builds(_with, passes, st.integers(0, 10), letters)
    | st.text(st.sampled_from("0123456789 .·-") | st.sampled_from(ODD), max_size=44)
)
typed_temperatures: Wild = (
    st.text(st.sampled_from("0123456789.,") | st.sampled_from(ODD), max_size=9)
    | st.from_regex(r"[34][0-9][.,]?[0-9]?", fullmatch=True)
    | st.builds(_joined, letters, st.integers(335, 430).map(str), letters)
)

limits: Wild = st.tuples(
    st.lists(st.integers(0, 7), min_size=3, max_size=3),
    st.sampled_from([None, "u1", "u2", "toString"]),
    st.integers(1, 3),
    policies,
)
overrides: Wild = st.tuples(decisions, decisions, texts | st.sampled_from(["say rượu", "x" * 301]), booleans)
