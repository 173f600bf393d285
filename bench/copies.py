"""A million dossiers out of the demo's thousand: each row is a copy of one that obeys every rule.

Of the copies 30 in 1,000 are open, so that a queue grows with the number of dossiers, and 300 in
1,000 belong to the busy commune of the demo's accounts. Procedures, units, steps, statuses,
pauses and papers are those of the source. A closed one is moved back by 0 to 149 whole weeks, an
open one by less than four hours; name, numbers and codes are its own.
Not copied: linked dossiers, printed forms, files, receipts, and of the audit log all but
reception and return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from common.text import unaccented

OPEN_PER_MILLE, BUSY_PER_MILLE = 30, 300
CHUNK = 50_000
NAMES = {
    "family":  # the first more often than the last
        "Nguyễn Trần Lê Phạm Huỳnh Phan Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trương Đinh Mai Cao Lương",
    "middle":
        "Thị Văn Ngọc Minh Quốc Hữu Đức Thanh Xuân Thu Hồng Kim Bảo Gia Tuấn Anh Hoàng Phương Như",
    "given":
        "An Anh Bình Châu Chi Cường Dung Dũng Duy Đạt Giang Hà Hạnh Hải Hằng Hiền Hiếu Hoa Hòa"
        " Hoàng Huệ Hùng Hương Huy Khánh Khoa Lan Linh Loan Long Mai Mạnh Minh My Nam Nga Ngân"
        " Nhung Oanh Phong Phúc Phượng Quân Quang Quỳnh Sơn Tâm Thảo Thắng Thủy Thưởng Tiến Trang"
        " Trung Tú Tuấn Uyên Vân Vinh Yến",
}  # fmt: skip

SOURCES = """
CREATE TEMP TABLE source ON COMMIT PRESERVE ROWS AS
SELECT id, is_open, is_busy, row_number() OVER stratum - 1 AS i, count(*) OVER (
           PARTITION BY is_open, is_busy) AS n
FROM (SELECT d.id, d.closed_at IS NULL AS is_open, EXISTS (
          SELECT 1 FROM organizations_position p JOIN organizations_user u ON u.id = p.user_id
          WHERE u.username = 'chuyenvien' AND p.unit_id IN (d.competent_unit_id, d.handling_unit_id)
      ) AS is_busy
      FROM onestop_dossier d
      WHERE d.province_id = %(province)s AND d.parent_id IS NULL AND d.group_id IS NULL) AS known
WINDOW stratum AS (PARTITION BY is_open, is_busy ORDER BY id)
"""

# a to d are numbers that look like chance and are the same in every run.
DRAWN = """
CREATE TEMP TABLE drawn ON COMMIT DROP AS
SELECT s.id AS source, nextval(pg_get_serial_sequence('onestop_dossier', 'id')) AS id,
       'H32.B-' || lpad(g::text, 8, '0') AS code, (50000000000 + g)::text AS lookup_number,
       '999' || lpad(g::text, 9, '0') AS number,
       '0900' || lpad((c %% 1000)::text, 3, '0') || lpad((d %% 1000)::text, 3, '0') AS phone,
       f.name || ' ' || m.name || ' ' || e.name AS name,
       f.plain || ' ' || m.plain || ' ' || e.plain AS plain,
       CASE WHEN s.is_open THEN interval '1 second' * (c %% 14400)
            ELSE interval '7 days' * (c %% 150) END AS back
FROM (SELECT g, (g * 2654435761 %% 4294967296 >> 7) AS a, (g * 2246822519 %% 4294967296 >> 9) AS b,
             (g * 3266489917 %% 4294967296 >> 8) AS c, (g * 668265263 %% 4294967296 >> 6) AS d
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS g) AS chance
JOIN (SELECT DISTINCT is_open, is_busy, n FROM source) AS stratum
  ON stratum.is_open = (a %% 1000 < %(open)s) AND stratum.is_busy = (b %% 1000 < %(busy)s)
JOIN source s ON (s.is_open, s.is_busy, s.i) = (stratum.is_open, stratum.is_busy, c / 150 %% s.n)
JOIN word f ON f.part = 'family'
 AND f.i = trunc(%(family)s * power(d %% 1009 / 1009.0, 2))::int
JOIN word m ON m.part = 'middle' AND m.i = d / 1009 %% %(middle)s
JOIN word e ON e.part = 'given' AND e.i = b / 1000 %% %(given)s
"""

# What is not simply copied. Moments are moved back by drawn.back, keys to the dossier follow it.
OWN: dict[str, dict[str, str]] = {
    "onestop_dossier": {
        "id": "drawn.id", "code": "drawn.code", "lookup_number": "drawn.lookup_number",
        "applicant_name": "drawn.name", "applicant_number": "drawn.number", "step_id": "NULL",
        "form_token": "NULL", "summary": "''", "is_sample": "true",
        "search_text": "lower(drawn.code) || ' ' || drawn.lookup_number || ' ' || drawn.plain"
                       " || ' ' || drawn.number || ' ' || drawn.phone",
    },
    "onestop_participant": {},
    "onestop_dossierperson": {
        "name": "drawn.name", "number": "drawn.number", "phone": "drawn.phone", "email": "''",
    },
    "onestop_steprun": {},
    "onestop_statuschange": {},
    "onestop_duechange": {},
    "onestop_pause": {},
    "onestop_supplementround": {"form_id": "NULL"},
    "onestop_dossierpaper": {},
    "onestop_result": {},
    "onestop_handover": {"taken_by": "drawn.name", "number": "drawn.number"},
    "audit_auditentry": {
        "subject_id": "drawn.id::text", "subject_name": "drawn.code",
        "data": "t.data || jsonb_build_object('code', drawn.code)",
    },
}  # fmt: skip
OF_SOURCE = {
    "onestop_dossier": "t.id = source.id",
    "audit_auditentry": "t.subject_type = 'onestop.dossier' AND t.subject_id = source.id::text"
                        " AND t.action IN ('dossier.accepted', 'dossier.returned')",
}  # fmt: skip

STEPS = """
UPDATE onestop_dossier d SET step_id = r.id FROM onestop_steprun r
WHERE r.dossier_id = d.id AND r.state = 'open' AND d.step_id IS NULL AND d.closed_at IS NULL
  AND d.province_id = %(province)s AND r.province_id = %(province)s
"""


def write_copies(
    owner: psycopg.Connection[Any], loader: psycopg.Connection[Any], count: int,
    tell: Callable[[int], None],
) -> None:  # fmt: skip
    """`count` dossiers more with what belongs to them, by the loader, past the walls."""
    found = loader.execute("SELECT id FROM tenancy_province WHERE code = 'H32'").fetchone()
    assert found, "the demo made no province"
    facts = {"province": found[0]}
    with without_indexes(owner, OWN):
        loader.execute("SET synchronous_commit = off")
        loader.execute(SOURCES, facts)
        _write_words(loader)
        statements = [_copy(loader, table) for table in OWN]
        for first in range(1, count + 1, CHUNK):
            last = min(first + CHUNK - 1, count)
            _write_chunk(loader, statements, first, last)
            tell(last)
    loader.execute(STEPS, facts)


def _write_words(loader: psycopg.Connection[Any]) -> None:
    loader.execute("CREATE TEMP TABLE word (part text, i int, name text, plain text)")
    with loader.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO word VALUES (%s, %s, %s, %s)",
            [(part, i, name, unaccented(name)) for part, names in NAMES.items()
             for i, name in enumerate(names.split())],
        )  # fmt: skip
    loader.execute("ANALYZE word")
    loader.execute("ANALYZE source")


def _write_chunk(
    loader: psycopg.Connection[Any], statements: list[sql.Composed], first: int, last: int
) -> None:
    sizes = {part: len(names.split()) for part, names in NAMES.items()}
    share = {"open": OPEN_PER_MILLE, "busy": BUSY_PER_MILLE}
    with loader.transaction():
        loader.execute(DRAWN, {"first": first, "last": last, **sizes, **share})
        loader.execute("ANALYZE drawn")
        for statement in statements:
            loader.execute(statement)


def _copy(loader: psycopg.Connection[Any], table: str) -> sql.Composed:
    """INSERT of the sources' rows of a table, each column copied, moved or its own."""
    columns = loader.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
        [table],
    ).fetchall()
    values = {
        name: sql.SQL(OWN[table].get(name) or _moved(name, kind))
        for name, kind in columns
        if name != "id" or "id" in OWN[table]
    }
    sample, named = sql.Identifier(f"source_{table}"), sql.Identifier(table)
    whose = sql.SQL(OF_SOURCE.get(table, "t.dossier_id = source.id"))
    loader.execute(sql.SQL(
        "CREATE TEMP TABLE {} AS SELECT source.id AS source, t.* FROM source JOIN {} AS t ON {}"
    ).format(sample, named, whose))  # fmt: skip
    loader.execute(sql.SQL("ANALYZE {}").format(sample))
    return sql.SQL("INSERT INTO {} ({}) SELECT {} FROM drawn JOIN {} AS t USING (source)").format(
        named, sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(values.values()), sample,
    )  # fmt: skip


def _moved(name: str, kind: str) -> str:
    if name == "dossier_id":
        return "drawn.id"
    if kind == "timestamp with time zone":
        return f't."{name}" - drawn.back'
    if kind == "date":
        return f't."{name}" - extract(day FROM drawn.back)::int'
    return f't."{name}"'


INDEXES = """
SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY(%s::text[]::regclass[]) AND NOT i.indisunique
ORDER BY c.relname"""
KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conrelid = ANY(%s::text[]::regclass[]) ORDER BY 1, 2"""


@contextmanager
def without_indexes(owner: psycopg.Connection[Any], tables: Any) -> Iterator[None]:
    """Indexes and foreign keys away, and made again in whole sets; unique keys stay."""
    names = list(tables)
    indexes = owner.execute(INDEXES, [names]).fetchall()
    keys = owner.execute(KEYS, [names]).fetchall()
    for table, name, _words in keys:
        owner.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
            sql.Identifier(table), sql.Identifier(name)))  # fmt: skip
    for name, _words in indexes:
        owner.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    owner.execute("SET maintenance_work_mem = '512MB'")
    for _name, words in indexes:
        owner.execute(words)
    for table, name, words in keys:
        owner.execute(sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
            sql.Identifier(table), sql.Identifier(name), sql.SQL(words)))  # fmt: skip
