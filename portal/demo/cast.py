"""The people of the demo: invented, with identity numbers that no province issues."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from common.text import vietnamese_sort_key
from organizations import access, demo
from organizations.models import Position, Unit, User
from organizations.models.people import searchable
from portal.demo.places import Places

FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
MIDDLE = [
    "Văn",
    "Thị",
    "Ngọc",
    "Minh",
    "Quốc",
    "Hữu",
    "Đức",
    "Thanh",
    "Thu",
    "Kim",
    "Hoài",
    "Gia",
    "Bảo",
    "Xuân",
    "Anh",
]
GIVEN = [
    "An",
    "Ánh",
    "Bình",
    "Châu",
    "Chi",
    "Cường",
    "Dung",
    "Dũng",
    "Đạt",
    "Đào",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hiền",
    "Hòa",
    "Hoa",
    "Hùng",
    "Hương",
    "Huy",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Minh",
    "Nam",
    "Nga",
    "Ngân",
    "Ngọc",
    "Nhi",
    "Oanh",
    "Phong",
    "Phúc",
    "Phương",
    "Quang",
    "Quân",
    "Sơn",
    "Tâm",
    "Thảo",
    "Thắng",
    "Thủy",
    "Thưởng",
    "Tiến",
    "Trang",
    "Trung",
    "Tú",
    "Tuấn",
    "Uyên",
    "Vân",
    "Việt",
    "Vinh",
    "Vỹ",
    "Yến",
    "Ước",
]
TITLES = {
    "counter": "Cán bộ tiếp nhận", "official": "Chuyên viên", "clerk": "Văn thư",
    "head": "Trưởng phòng", "leader": "Giám đốc", "agency_admin": "Quản trị cơ quan",
    "catalogue_editor": "Kiểm soát thủ tục hành chính", "oversight": "Giám sát",
    "superuser": "Quản trị hệ thống", "province_leader": "Chủ tịch",
    "ranking_manager": "Thường trực đánh giá, xếp hạng",
    "ranking_officer": "Phụ trách công nghệ thông tin", "body_leader": "Phó Chủ tịch",
    "task_follower": "Chuyên viên theo dõi nhiệm vụ", "register_reader": "Chuyên viên",
    "people_assessor": "Chuyên viên Sở Nội vụ",
}  # fmt: skip
HEADS = {  # by how the name of the agency begins; else the one of TITLES
    "Văn phòng": "Chánh Văn phòng", "Thanh tra": "Chánh Thanh tra", "Trường": "Hiệu trưởng",
    "Cục": "Cục trưởng", "Ban Quản lý Khu kinh tế": "Trưởng ban",
}  # fmt: skip
CHAIRMAN, DEPUTY = "Chủ tịch", "Phó Chủ tịch"
IN_OFFICE_SINCE = dt.date(2025, 3, 1)


def invented_name(rng: random.Random) -> str:
    return f"{rng.choice(FAMILY)} {rng.choice(MIDDLE)} {rng.choice(GIVEN)}"


def invented_phone(rng: random.Random) -> str:
    """Without spaces, as forms keep it: so it is found however it is typed."""
    return f"09000{rng.randrange(100):02d}{rng.randrange(1000):03d}"


@dataclass
class Cast:
    """People by unit and role."""

    people: dict[tuple[int, str], list[User]] = field(default_factory=lambda: defaultdict(list))

    def of(self, unit_id: int, role: str) -> list[User]:
        return self.people.get((unit_id, role), [])


def make_cast(places: Places, rng: random.Random) -> None:
    """Staff for every living unit, and the well-known accounts of `organizations.demo`."""
    wanted: list[tuple[str, str, Unit, str]] = []  # user name, role, unit, title
    for agency in places.agencies:
        tail = agency.code.split(".")[-1]
        division = places.division_of[agency.pk]
        wanted += [
            (f"lanhdao.{tail}", "leader", agency, _head_title(agency)),
            (f"vanthu.{tail}", "clerk", agency, ""),
            (f"truongphong.{tail}", "head", division, ""),
            (f"chuyenvien1.{tail}", "official", division, ""),
            (f"chuyenvien2.{tail}", "official", division, ""),
            (f"quantri.{tail}", "agency_admin", agency, ""),
        ]  # fmt: skip
    played = _played(places)  # whose head is a well-known account
    for commune in places.communes:
        tail = commune.code.split(".")[-1]
        wanted += [
            (f"lanhdao.{tail}", "leader", commune, DEPUTY if commune == played else CHAIRMAN),
            (f"vanthu.{tail}", "clerk", commune, ""),
            (f"truongphong.{tail}", "head", commune, ""),
            (f"chuyenvien1.{tail}", "official", commune, ""),
            (f"chuyenvien2.{tail}", "official", commune, ""),
            (f"motcua.{tail}", "counter", places.counter_of[commune.pk], ""),
        ]  # fmt: skip
    wanted += _police_staff()
    wanted += [(f"motcua{n}.00", "counter", places.counter, "") for n in (1, 2, 3)]
    wanted += _well_known(places)
    _write(wanted, rng)
    _seat_in_office(places)


def _played(places: Places) -> Unit:
    return next((u for u in places.communes if "Nha Trang" in u.name), places.communes[0])


def _office(places: Places) -> Unit:
    """Of the People's Committee, where its papers lie."""
    return next((u for u in places.agencies if u.name.startswith("Văn phòng")), places.root)


def _head_title(agency: Unit) -> str:
    return next((title for name, title in HEADS.items() if agency.name.startswith(name)), "")


def _seat_in_office(places: Places) -> None:
    """The head of the province signs the committee's papers, whose registry its office keeps; who
    follows the tasks that they give reads them there."""
    seats = (("lanhdao.tinh", "body_leader", CHAIRMAN), ("theodoi", "register_reader", ""))
    for username, role, title in seats:
        person = User.objects.get(username=username)
        Position.objects.create(
            user=person, unit=_office(places), role=role, title=title or TITLES[role],
            valid_from=IN_OFFICE_SINCE, is_main=False,
        )  # fmt: skip
        access.recompile([person.pk])


def _police_staff() -> list[tuple[str, str, Unit, str]]:
    """Head, official and clerk of each commune's police."""
    offices = Unit.objects.filter(kind="agency", parent__kind="commune").order_by("path")
    staff = []
    for office in offices:
        tail = f"ca{office.code.split('.')[-2]}"
        staff += [
            (f"lanhdao.{tail}", "leader", office, "Trưởng Công an"),
            (f"truongphong.{tail}", "head", office, "Phó Trưởng Công an"),
            (f"chuyenvien1.{tail}", "official", office, "Cán bộ"),
            (f"vanthu.{tail}", "clerk", office, ""),
        ]
    return staff


def _well_known(places: Places) -> list[tuple[str, str, Unit, str]]:
    """Each role's account sits where the main job can be played: a commune, or the province."""
    commune, office = _played(places), _office(places)
    where = {
        "counter": places.counter_of[commune.pk], "official": commune, "clerk": commune,
        "head": commune, "leader": commune, "agency_admin": commune,
        "catalogue_editor": office, "oversight": places.root, "superuser": places.root,
        "province_leader": places.root, "ranking_manager": places.root, "body_leader": office,
        "ranking_officer": commune, "task_follower": places.root,
        "people_assessor": places.root, "register_reader": office,
    }  # fmt: skip
    return [
        (
            account.username,
            account.role,
            where[account.role],
            CHAIRMAN if account.role == "leader" else "",
        )
        for account in demo.accounts()
    ]


def _write(wanted: list[tuple[str, str, Unit, str]], rng: random.Random) -> None:
    hashed = make_password(demo.password())
    users = []
    for username, role, _unit, _title in wanted:
        name = invented_name(rng)
        users.append(
            User(
                username=username, full_name=name, sort_key=vietnamese_sort_key(name),
                search_text=searchable(name, username, "", "")[:600],
                password=hashed, email=f"{username}@vi-du.example",
                phone=f"0900 0{rng.randrange(100):02d} {rng.randrange(1000):03d}",
                is_staff=role == "superuser", is_superuser=role == "superuser",
            )
        )  # fmt: skip
    User.objects.bulk_create(users)
    Position.objects.bulk_create(
        Position(user=user, unit=unit, role=role, title=title or TITLES[role],
                 valid_from=IN_OFFICE_SINCE, is_main=True)
        for user, (_name, role, unit, title) in zip(users, wanted, strict=True)
    )  # fmt: skip
    access.recompile(user.pk for user in users)


def former_official(username: str, name: str, unit: Unit, role: str) -> User:
    """Who held office while the years before 2025 were judged; cannot sign in any more."""
    user: User = User.objects.create(
        username=username, full_name=name, sort_key=vietnamese_sort_key(name),
        search_text=searchable(name, username, "", "")[:600],
        password=make_password(demo.password()), email=f"{username}@vi-du.example",
    )  # fmt: skip
    Position.objects.create(
        user=user, unit=unit, role=role, title="Lãnh đạo" if role == "leader" else "Chuyên viên",
        valid_from=dt.date(2019, 1, 1), valid_to=unit.valid_to or dt.date(2025, 2, 28),
        is_main=True,
    )  # fmt: skip
    return user


def find_cast() -> Cast:
    """Who holds which role where."""
    cast = Cast()
    for position in Position.objects.select_related("user").order_by("pk"):
        cast.people[(position.unit_id, position.role)].append(position.user)
    return cast
