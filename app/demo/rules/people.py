"""People of every shape of name, made from a number: the same number is the same person every time."""

import random
from dataclasses import dataclass
from typing import Literal, TypeAlias

from app.kit.text import fold

Sex: TypeAlias = Literal["male", "female"]

FAMILIES = (
    "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng",
    "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đoàn", "Trịnh", "Đinh", "Lưu", "Tạ", "Quách", "Thái", "Mạc", "Khổng",
    "Ứng", "Ông", "Âu", "Tôn", "Lã", "Kiều", "Giáp", "Phùng", "Triệu", "Nông", "Ma",
)  # fmt: skip
MIDDLES = {
    "male": (
        "Văn",
        "Văn",
        "Đức",
        "Hữu",
        "Quang",
        "Minh",
        "Xuân",
        "Đình",
        "Công",
        "Thế",
        "Ngọc",
        "Quốc",
        "Bá",
        "Trọng",
        "",
    ),
    "female": (
        "Thị",
        "Thị",
        "Thị Thu",
        "Thị Ngọc",
        "Thanh",
        "Thị Kim",
        "Bích",
        "Thuỳ",
        "Hồng",
        "Thị Ánh",
        "Diệu",
        "Mỹ",
        "",
    ),
}
GIVEN = {
    "male": (
        "An", "Bảo", "Bình", "Cường", "Dũng", "Đạt", "Đức", "Giáp", "Hải", "Hậu", "Hiếu", "Hoà", "Hùng", "Hưng",
        "Huy", "Khải", "Khôi", "Lâm", "Long", "Lợi", "Mạnh", "Nghĩa", "Nhật", "Phúc", "Quân", "Quý", "Sơn", "Tấn",
        "Thắng", "Thịnh", "Thuỷ", "Tiến", "Toản", "Trường", "Tuấn", "Tường", "Uy", "Vinh", "Vượng", "Vỹ",
    ),
    "female": (
        "Anh", "Ánh", "Bích", "Châu", "Chi", "Diễm", "Duyên", "Đào", "Giang", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa",
        "Hoài", "Huệ", "Hường", "Khuê", "Lan", "Lệ", "Liễu", "Mai", "Mỹ", "Nga", "Ngân", "Nguyệt", "Nhung", "Oanh",
        "Phượng", "Quyên", "Quỳnh", "Thảo", "Thuý", "Thuỷ", "Trâm", "Trang", "Uyên", "Vân", "Xuân", "Yến",
    ),
}  # fmt: skip
UNUSUAL: tuple[tuple[str, Sex], ...] = (
    ("Y Bluê Niê", "male"), ("H'Hen Niê", "female"), ("Hồ A Páo", "male"), ("Lò Thị Mai", "female"),
    ("Giàng A Sùng", "male"), ("Thào Thị Sua", "female"), ("Rơ Châm Anhuă", "male"), ("Kpă Y Lan", "female"),
    ("K'Brêm", "male"), ("A Lăng Bhuốch", "male"), ("Ma Seo Chứ", "male"), ("Tẩn A Sài", "male"),
    ("Quàng Thị Inh", "female"), ("Vàng Seo Pao", "male"), ("Chảo Láo Tả", "male"), ("Bh'riu Pố", "male"),
    ("Thạch Thị Sa Rây", "female"), ("Châu Sóc Kha", "male"), ("Danh Sơn", "male"), ("Đinh Nup", "male"),
    ("Cil Múp Ha", "female"), ("Siu Black", "female"), ("Hà", "female"), ("Thảo", "female"),
    ("Công Tằng Tôn Nữ Hương Giang", "female"), ("Nguyễn Phúc Bảo Ngọc Anh", "female"),
    ("Tôn Thất Dương Kỵ", "male"), ("Nguyễn Trần Khánh Vân Anh", "female"), ("Đỗ Thuỵ Khuê", "female"),
    ("Âu Dương Thị Tuyết Sương", "female"), ("Ứng Hoà Phúc Nguyên", "male"), ("Lìn Văn Dín", "male"),
)  # fmt: skip
FOREIGN: tuple[tuple[str, str, Sex], ...] = (
    ("Kim Min-jun", "KR", "male"), ("Marie-Hélène Dupont", "FR", "female"), ("Sato Haruka", "JP", "female"),
    ("Souksavanh Phommachanh", "LA", "male"), ("O'Brien Séamus", "IE", "male"), ("Müller Jürgen", "DE", "male"),
)  # fmt: skip
UNITS: tuple[tuple[str, str, str], ...] = (
    ("Phòng Hành chính - Quản trị", "101", "tầng 1, bên trái"),
    ("Phòng Tổng hợp", "102", "tầng 3"),
    ("Ban Tiếp công dân", "103", "tầng 1, cạnh cổng"),
    ("Phòng Nội chính", "104", "tầng 3"),
    ("Phòng Kinh tế", "105", "tầng 2"),
    ("Phòng Khoa giáo - Văn xã", "106", "tầng 2"),
    ("Phòng Kế toán - Tài vụ", "107", "tầng 1"),
    ("Trung tâm Phục vụ hành chính công", "108", "nhà B"),
    ("Phòng Quản trị - Tài vụ", "109", "nhà B, tầng 2"),
    ("Văn thư - Lưu trữ", "110", "tầng 1"),
)
"""Name, internal extension, where to go."""
ORGANISATIONS = (
    "Điện lực tỉnh", "Viettel Sơn Hà", "VNPT Sơn Hà", "Bưu điện tỉnh", "Công ty TNHH Xây dựng An Phú", "Sở Tài chính",
    "Sở Nông nghiệp và Môi trường", "UBND xã Tân Trào", "UBND phường Minh Xuân", "Kho bạc Nhà nước khu vực VII",
    "Công ty CP Cấp thoát nước", "Báo và Đài PT-TH tỉnh", "Trường THPT Chuyên", "Bệnh viện Đa khoa tỉnh",
    "Hợp tác xã chè Sử Anh", "Công ty CP Thiết bị văn phòng Hồng Hà", "Ngân hàng Chính sách xã hội",
    "Hội Cựu chiến binh",
)  # fmt: skip
PLACES = (
    "thôn Đồng Giàn, xã Tân Trào", "tổ 5, phường Minh Xuân", "bản Nà Tông, xã Thượng Lâm", "xóm 3, xã Yên Sơn",
    "tổ dân phố 12, phường Mỹ Lâm", "thôn Khuổi Chặng, xã Hồng Thái", "xã Côn Lôn", "phường Nông Tiến",
)  # fmt: skip
TITLES = (
    "Chuyên viên",
    "Chuyên viên",
    "Chuyên viên",
    "Phó Trưởng phòng",
    "Trưởng phòng",
    "Văn thư",
    "Kế toán",
    "Lái xe",
)
PREFIXES = (
    "032",
    "033",
    "035",
    "036",
    "038",
    "070",
    "076",
    "079",
    "081",
    "083",
    "085",
    "090",
    "091",
    "094",
    "097",
    "098",
)
PROVINCES = (
    "001",
    "002",
    "008",
    "010",
    "011",
    "014",
    "019",
    "022",
    "025",
    "031",
    "034",
    "038",
    "040",
    "048",
    "066",
    "079",
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as a form would have them."""

    name: str
    birth_year: int
    sex: Sex
    nationality: str
    phone: str
    identity_type: Literal["cccd", "passport", "none"]
    identity_number: str
    organisation: str
    address: str


def somebody(number: int) -> Somebody:
    """Return the person with this number."""
    draw = random.Random(f"person {number}")  # noqa: S311 - the same person every time
    share = draw.random()
    if share < 0.02:  # noqa: PLR2004 - one in fifty comes from abroad
        name, nationality, sex = draw.choice(FOREIGN)
        number_text = f"{draw.choice('MCPLKS')}{draw.randrange(10**7):07d}"
        return Somebody(name, _year(draw), sex, nationality, _phone(draw), "passport", number_text, "", "")
    name, sex = draw.choice(UNUSUAL) if share < 0.14 else _usual_name(draw)  # noqa: PLR2004
    year = _year(draw)
    at_work = draw.random() < 0.6  # noqa: PLR2004
    return Somebody(
        name, year, sex, "VN", _phone(draw), "cccd", _citizen_number(draw, year, sex),
        draw.choice(ORGANISATIONS) if at_work else "", "" if at_work else draw.choice(PLACES),
    )  # fmt: skip


def _usual_name(draw: random.Random) -> tuple[str, Sex]:
    sex: Sex = draw.choice(("male", "female"))
    name = f"{draw.choice(FAMILIES)} {draw.choice(MIDDLES[sex])} {draw.choice(GIVEN[sex])}"
    return " ".join(name.split()), sex


def _year(draw: random.Random) -> int:
    return int(draw.triangular(1950, 2007, 1986))


def _phone(draw: random.Random) -> str:
    digits = f"{draw.choice(PREFIXES)}{draw.randrange(10**7):07d}"
    # People type what they are used to.
    return draw.choice((digits, f"{digits[:4]} {digits[4:7]} {digits[7:]}", f"+84{digits[1:]}"))


def _citizen_number(draw: random.Random, year: int, sex: str) -> str:
    century_and_sex = (year // 100 - 19) * 2 + (sex == "female")
    return f"{draw.choice(PROVINCES)}{century_and_sex}{year % 100:02d}{draw.randrange(10**6):06d}"


def _staff() -> tuple[tuple[str, str, int, Sex], ...]:
    draw = random.Random("employees")  # noqa: S311
    found: dict[str, tuple[str, str, int, Sex]] = {}
    while len(found) < 60:  # noqa: PLR2004
        name, sex = _usual_name(draw) if len(found) % 10 else draw.choice(UNUSUAL)
        found.setdefault(fold(name), (name, draw.choice(TITLES), len(found) % len(UNITS), sex))
    return tuple(found.values())


_STAFF = _staff()
EMPLOYEES = tuple((name, title, unit) for name, title, unit, _ in _STAFF)
"""Name, title, and which unit of `UNITS`."""
HOSTS = tuple(f"{'bà' if sex == 'female' else 'ông'} {name.split()[-1]}" for name, _, _, sex in _STAFF[:24])
