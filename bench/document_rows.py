"""Documents of sixty bodies over five years: as many lines of what came in as of what went out.

Of 1,000 lines 100 are of the body of the demo's accounts: of a million eighty a working day, more
than its few people meet in life. A fifth of the newest tenth is open, or of the newest ten
thousand, so that the lists of what waits fill a page on few rows too. What came has one file and,
once it was passed on, what was asked of the body's leader and people. Each file has words of its
own, a quarter of a page, and is the paper of one that went out too; every fifth of those went over
the bus. Not made: opinions in words, drafts, receivers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from bench.copies import NAMES, without_indexes
from common.text import unaccented

BODIES, YEARS = 60, 5
OPEN_PER_MILLE, BUSY_PER_MILLE = 200, 100  # open: of the newest
NEWEST = 10_000  # lines at least, or a tenth
INCOMING = ("documents_incoming", "documents_incomingfile", "documents_assignment")
OUTGOING = ("documents_outgoing", "documents_edition", "exchange_busmessage")
FILES = ("files_storedfile", "files_filetext")
KINDS = (
    ("cong-van", "", "Công văn"), ("quyet-dinh", "QĐ-", "Quyết định"),
    ("ke-hoach", "KH-", "Kế hoạch"), ("bao-cao", "BC-", "Báo cáo"),
)  # fmt: skip
WORDS = {
    "act":
        "Triển khai|Báo cáo kết quả|Tăng cường|Đôn đốc|Hướng dẫn|Góp ý dự thảo|Rà soát|Phối hợp"
        "|Kiểm tra|Đề nghị cung cấp thông tin|Phê duyệt kế hoạch|Tổng kết",
    "matter":
        "chuyển đổi số|cải cách hành chính|phòng cháy, chữa cháy|an toàn giao thông|giải ngân vốn"
        " đầu tư công|bảo vệ môi trường|phòng, chống thiên tai|an sinh xã hội|giáo dục mầm non"
        "|khám bệnh, chữa bệnh|quản lý đất đai|trật tự xây dựng|du lịch biển đảo|nông thôn mới"
        "|tiếp công dân|thi đua, khen thưởng|lưu trữ hồ sơ|dịch vụ công trực tuyến",
    "where":
        "trên địa bàn tỉnh|tại các xã, phường|của các cơ quan chuyên môn|trong 6 tháng đầu năm"
        "|trong quý IV|năm học mới|dịp Tết Nguyên đán|theo chỉ đạo của Thủ tướng Chính phủ"
        "|theo kết luận của Ban Thường vụ|giai đoạn 5 năm",
}  # fmt: skip

# The body of the demo's accounts first, then those that have all the people they need.
BODY = """
CREATE TEMP TABLE body AS
SELECT row_number() OVER (ORDER BY r.unit_id <> busy.unit_id, r.id) - 1 AS i, r.id, r.unit_id,
       r.code, r.name, r.symbol, clerk.user_id AS clerk_id, leader.user_id AS leader_id,
       staff.users, staff.units, cardinality(staff.users) AS n
FROM documents_registry r
JOIN organizations_unit u ON u.id = r.unit_id
CROSS JOIN (SELECT p.unit_id FROM organizations_position p
            JOIN organizations_user o ON o.id = p.user_id
            WHERE o.username = 'vanthu' AND p.province_id = %(province)s) AS busy
CROSS JOIN LATERAL (SELECT user_id FROM organizations_position
                    WHERE unit_id = r.unit_id AND role = 'clerk'
                    ORDER BY user_id DESC LIMIT 1) AS clerk
CROSS JOIN LATERAL (SELECT user_id FROM organizations_position
                    WHERE unit_id = r.unit_id AND role = 'leader'
                    ORDER BY user_id DESC LIMIT 1) AS leader
CROSS JOIN LATERAL (SELECT array_agg(p.user_id ORDER BY p.user_id) AS users,
                           array_agg(p.unit_id ORDER BY p.user_id) AS units
                    FROM organizations_position p JOIN organizations_unit w ON w.id = p.unit_id
                    WHERE (w.id = u.id OR w.parent_id = u.id AND w.kind = 'division')
                      AND p.role IN ('official', 'head')) AS staff
WHERE r.province_id = %(province)s AND cardinality(staff.users) > 1
ORDER BY 1 LIMIT %(bodies)s
"""

# a to d are numbers that look like chance and are the same in every run.
LINE = """
CREATE TEMP TABLE line AS
SELECT known.*, CASE WHEN number > 0 THEN 100 + row_number() OVER (
           PARTITION BY body, year, number > 0 ORDER BY g) END AS line_number
FROM (
  SELECT g, a, b, c, d, at, extract(year FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh')::int AS year,
         CASE WHEN a %% 1000 < %(busy)s THEN 0 ELSE 1 + b %% (bodies.n - 1) END AS body,
         (1 + b / 64 %% (bodies.n - 1))::int AS other, (c %% 4)::int AS kind,
         g > %(count)s - %(newest)s AND d %% 1000 < %(open)s AS is_open,
         CASE WHEN g > %(count)s - %(newest)s AND d %% 1000 < %(open)s * 0.3 THEN 0 ELSE 1
         END AS number
  FROM (SELECT g, (g * 2654435761 %% 4294967296 >> 7) AS a,
               (g * 2246822519 %% 4294967296 >> 9) AS b,
               (g * 3266489917 %% 4294967296 >> 8) AS c, (g * 668265263 %% 4294967296 >> 6) AS d,
               now() - make_interval(days => 1)
                   - interval '1 day' * (365.0 * %(years)s * (%(count)s - g) / %(count)s) AS at
        FROM generate_series(1, %(count)s::bigint) AS g) AS chance
  CROSS JOIN (SELECT count(*) AS n FROM body) AS bodies) AS known
"""

# What both registers say alike: subject, sender or own symbol, people.
TOLD = """
CREATE TEMP TABLE told AS
SELECT l.*, nextval(pg_get_serial_sequence(%(table)s, 'id')) AS id, k.type, k.abbreviation,
       k.short AS short_plain, k.plain AS type_plain, p.symbol AS own_plain,
       q.symbol AS sender_plain, q.name AS issuer_plain, o.id AS registry_id,
       o.unit_id, o.symbol, o.clerk_id, o.leader_id, o.code,
       x.code AS sender_code, x.name AS issuer, x.symbol AS sender_symbol,
       o.users[1 + l.c / 4 %% o.n] AS person_id, o.units[1 + l.c / 4 %% o.n] AS person_unit_id,
       o.users[1 + (l.c / 4 + 1) %% o.n] AS reader_id,
       o.units[1 + (l.c / 4 + 1) %% o.n] AS reader_unit_id,
       v.name || ' ' || m.name || ' ' || w.name AS subject,
       v.plain || ' ' || m.plain || ' ' || w.plain AS plain,
       f.name || ' ' || e.name AS signer, f.plain || ' ' || e.plain AS signer_plain,
       CASE WHEN l.b / 100 %% 100 < 4 THEN 1 + l.b / 100 %% 3 ELSE 0 END AS urgency
FROM line l JOIN body o ON o.i = l.body JOIN body x ON x.i = l.other JOIN kind k ON k.i = l.kind
JOIN body_plain p ON p.i = l.body JOIN body_plain q ON q.i = l.other
JOIN phrase v ON v.part = 'act' AND v.i = l.d / 7 %% v.n
JOIN phrase m ON m.part = 'matter' AND m.i = l.a / 1000 %% m.n
JOIN phrase w ON w.part = 'where' AND w.i = l.b / 4096 %% w.n
JOIN phrase f ON f.part = 'family' AND f.i = l.c / 16 %% f.n
JOIN phrase e ON e.part = 'given' AND e.i = l.d / 128 %% e.n
ORDER BY l.g
"""

# Of each line a file: what came and what went share it, as they do inside the province.
PAPERS = """
CREATE TEMP TABLE paper AS
SELECT g, at, nextval(pg_get_serial_sequence('files_storedfile', 'id')) AS id FROM line ORDER BY g
"""
STORED_ROWS = """
INSERT INTO files_storedfile (
    id, province_id, name, size, sha256, content_type, storage_key, uploaded_at, claimed_at,
    scan_state, virus)
SELECT id, %(province)s, 'van-ban.pdf', 1, md5(g::text) || md5(id::text), 'application/pdf',
       'bench-' || g, at, at, 'not_needed', '' FROM paper
"""
# Its own subject and those of three others, a number that no other has, and what all have.
TEXT_ROWS = """
INSERT INTO files_filetext (province_id, stored_id, part, words, left_out, read_at)
SELECT %(province)s, paper.id, 0,
       'so ' || reference_plain || ' ' || issuer_plain || ' ' || plain
           || ' thuc hien chi dao cua ubnd tinh, bao cao nhu sau: chi tieu nam nay '
           || to_char(g, 'FM0000000') || ' ho; ' || lag(plain, 1, '') OVER nearby || ', '
           || lag(plain, 2, '') OVER nearby || ', ' || lag(plain, 3, '') OVER nearby
           || ' noi nhan: nhu tren; luu vt ' || signer_plain,
       '', came.at
FROM came JOIN paper USING (g) WINDOW nearby AS (ORDER BY g) ORDER BY g
"""

CAME = """
CREATE TEMP TABLE came AS
SELECT told.*, 9 + a %% 9000 || '/' || abbreviation || sender_symbol AS reference,
       9 + a %% 9000 || '/' || short_plain || sender_plain AS reference_plain,
       CASE WHEN line_number IS NULL THEN '01' WHEN NOT is_open THEN '06'
            ELSE (ARRAY['03', '04', '04', '05', '05', '05'])[1 + c / 64 %% 6] END AS status
FROM told
"""
INCOMING_ROWS = """
INSERT INTO documents_incoming (
    id, province_id, registry_id, status, channel, arrived_at, year, number, registered_at,
    registered_by_id, document_id, sender_code, content_digest, type, reference, reference_key,
    issued_on, issuer, subject, signer_position, signer_name, urgency, pages, note, search_text,
    due_on, follower_id, closed_at, closing_words, answer_reference, recall_reason, recall_answer,
    meeting_place, meeting_chair, replaces_id_told, addressed_as, language,
    relation, is_sample)
SELECT id, %(province)s, registry_id, status, 'exchange', at,
       CASE WHEN line_number > 0 THEN year END, line_number,
       CASE WHEN line_number > 0 THEN at + interval '20 minutes' END,
       CASE WHEN line_number > 0 THEN clerk_id END,
       sender_code || ',' || to_char(at, 'YYYY/MM/DD') || ',' || g, sender_code,
       md5(g::text) || md5(id::text), type, reference, upper(reference), at::date - 1, issuer,
       subject, 'Chủ tịch', signer, urgency, 1 + d %% 9, '',
       COALESCE(line_number || '/' || year || ' ', '') || reference_plain || ' '
           || reference_plain || ' ' || issuer_plain || ' ' || plain || ' ' || signer_plain || ' '
           || type_plain,
       CASE WHEN status IN ('04', '05', '06') THEN at::date + 7 END,
       CASE WHEN status IN ('04', '05', '06') THEN reader_id END,
       CASE WHEN status = '06' THEN at + interval '20 hours' END, '', '', '', '', '', '', '', '',
       'Tiếng Việt', '', true
FROM came
"""
FILE_ROWS = """
INSERT INTO documents_incomingfile (province_id, incoming_id, stored_id, "order")
SELECT %(province)s, came.id, paper.id, 1 FROM came JOIN paper USING (g)
"""
# Of the open ones a quarter wait for the leader's word; of the leads one in five lies in a unit.
ASSIGNMENT_ROWS = """
INSERT INTO documents_assignment (
    province_id, incoming_id, part, unit_id, person_id, due_on, urgency, given_at, given_by_id,
    on_behalf_of, taken_up_at, ended_at, ended_by_id, ending, words)
SELECT %(province)s, id, part, at_unit, whom, at::date + 7, urgency, at + interval '1 hour',
       giver, '', CASE WHEN status <> '04' THEN at + interval '2 hours' END,
       CASE WHEN is_over THEN at + interval '20 hours' END,
       CASE WHEN is_over THEN COALESCE(whom, person_id) END,
       CASE WHEN is_over THEN 'done' ELSE '' END, ''
FROM (
    SELECT came.*, 'opinion' AS part, unit_id AS at_unit, leader_id AS whom, clerk_id AS giver,
           NOT (status = '04' AND d %% 2 = 0) AS is_over
    FROM came WHERE status IN ('04', '05', '06') AND (d %% 2 = 0 OR status <> '04')
    UNION ALL
    SELECT came.*, 'lead', person_unit_id, CASE WHEN d %% 5 > 0 THEN person_id END, leader_id,
           status = '06'
    FROM came WHERE status IN ('05', '06') OR (status = '04' AND d %% 2 = 1)
    UNION ALL
    SELECT came.*, 'inform', reader_unit_id, reader_id, leader_id, status = '06'
    FROM came WHERE status IN ('05', '06') AND d %% 3 = 0) AS given
"""
# A number was given to whatever left the person who signs.
WENT = """
CREATE TEMP TABLE went AS
SELECT told.*, line_number || '/' || short_plain || own_plain AS reference_plain,
       CASE WHEN NOT is_open THEN 'issued'
    ELSE (ARRAY['draft', 'draft', 'content', 'form', 'signing', 'signed'])[1 + c / 64 %% 6]
    END AS stage FROM told
"""
OUTGOING_ROWS = """
INSERT INTO documents_outgoing (
    id, province_id, registry_id, unit_id, drafter_id, stage, since, version, type, subject,
    urgency, authority, signer_id, signer_position, manner, paper_reason, year, series, number,
    reference, reference_key, issued_on, document_id, signed_at, issued_at, closing_words,
    search_text, note, language, relation, second_position, is_sample)
SELECT id, %(province)s, registry_id, person_unit_id, person_id, stage, at, 1, type, subject,
       urgency, '', leader_id, 'Chủ tịch', 'electronic', '',
       CASE WHEN stage = 'issued' THEN year END,
       CASE WHEN stage = 'issued' THEN 'issue:' || registry_id || ':all' ELSE '' END,
       CASE WHEN stage = 'issued' THEN line_number END, COALESCE(reference, ''),
       upper(COALESCE(reference, '')), CASE WHEN stage = 'issued' THEN at::date END,
       CASE WHEN stage = 'issued'
            THEN code || ',' || to_char(at, 'YYYY/MM/DD') || ',' || reference ELSE '' END,
       CASE WHEN stage IN ('issued', 'signed') THEN at END,
       CASE WHEN stage = 'issued' THEN at END, '',
       CASE WHEN stage = 'issued' THEN reference_plain || ' ' || reference_plain || ' ' ELSE '' END
           || plain || ' ' || type_plain, '', 'Tiếng Việt', '', '', true
FROM (SELECT *, CASE WHEN stage = 'issued' THEN line_number || '/' || abbreviation || symbol
                END AS reference FROM went) AS told
"""
EDITION_ROWS = """
INSERT INTO documents_edition (
    province_id, outgoing_id, "order", stage, stored_id, version, at, by_id, signed_sha256)
SELECT %(province)s, went.id, 1, 'sealed', paper.id, 1, went.at, clerk_id, ''
FROM went JOIN paper USING (g) WHERE stage = 'issued'
"""
# Nearly all are delivered; of the newest tenth some wait, are on their way or have failed.
BUS_ROWS = """
INSERT INTO exchange_busmessage (
    province_id, way, kind, state, registry_id, outgoing_id, document_id, partner, search_text,
    content, doc_id, attempts, was_tried, fault, words, noted_at, due_at, sent_at, done_at)
SELECT %(province)s, 'out', 'new', state, registry_id, id, document_id, issuer,
       lower(document_id) || ' ' || issuer_plain, '{}', '', 1, state <> 'waiting', '',
       CASE WHEN state = 'failed' THEN 'Sai mã định danh' ELSE '' END, at, at,
       CASE WHEN state IN ('sent', 'done') THEN at END, CASE WHEN state = 'done' THEN at END
FROM (
    SELECT *, code || ',' || to_char(at, 'YYYY/MM/DD') || ',' || reference_plain AS document_id,
           CASE WHEN g > %(count)s - %(newest)s AND b %% 1000 < %(open)s
                THEN (ARRAY['waiting', 'sent', 'sent', 'failed'])[1 + c / 64 %% 4]
                ELSE 'done' END AS state
    FROM went WHERE stage = 'issued' AND g %% 5 = 0) AS over_the_bus
"""
COUNTERS = """
INSERT INTO papers_counter (province_id, unit_id, series, period, last)
SELECT DISTINCT %(province)s, unit_id, 'arrival:' || id, years.year::text, 1000000
FROM body CROSS JOIN (SELECT DISTINCT year FROM line) AS years
ON CONFLICT (province_id, unit_id, series, period) DO UPDATE SET last = EXCLUDED.last
"""


def write_documents(
    owner: psycopg.Connection[Any], loader: psycopg.Connection[Any], count: int,
    tell: Callable[[str], None],
) -> None:  # fmt: skip
    """`count` lines of each register, by the loader, past the walls."""
    found = loader.execute("SELECT id FROM tenancy_province WHERE code = 'H32'").fetchone()
    assert found, "the demo made no province"
    facts: dict[str, Any] = {
        "province": found[0], "count": count, "bodies": BODIES, "busy": BUSY_PER_MILLE,
        "open": OPEN_PER_MILLE, "newest": max(count // 10, NEWEST), "years": YEARS,
    }  # fmt: skip
    loader.execute("SET synchronous_commit = off")
    loader.execute("SET work_mem = '256MB'")
    loader.execute(BODY, facts)
    _write_words(loader)
    loader.execute(LINE, facts)
    loader.execute(COUNTERS, facts)
    with without_indexes(owner, (*INCOMING, *OUTGOING, *FILES)):
        for statements in (
            (PAPERS, STORED_ROWS),
            (TOLD, CAME, INCOMING_ROWS, FILE_ROWS, ASSIGNMENT_ROWS, TEXT_ROWS),
            (TOLD, WENT, OUTGOING_ROWS, EDITION_ROWS, BUS_ROWS),
        ):
            loader.execute("DROP TABLE IF EXISTS told")
            table = INCOMING[0] if CAME in statements else OUTGOING[0]
            for statement in statements:
                loader.execute(statement, {**facts, "table": table})
            tell(f"{statements[-1].split(None, 3)[2]}: rows of {count:,} lines")
    for table in ("line", "paper", "told", "came", "went"):
        loader.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(table)))


def _write_words(loader: psycopg.Connection[Any]) -> None:
    """Phrases, kinds, and the names of bodies as they are searched."""
    loader.execute("CREATE TEMP TABLE phrase (part text, i int, n int, name text, plain text)")
    loader.execute(
        "CREATE TEMP TABLE kind (i int, type text, abbreviation text, short text, plain text)"
    )
    loader.execute("CREATE TEMP TABLE body_plain (i int, name text, symbol text)")
    parts = {part: words.split("|") for part, words in WORDS.items()}
    parts |= {part: NAMES[part].split() for part in ("family", "given")}
    bodies = loader.execute("SELECT i, name, symbol FROM body").fetchall()
    with loader.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO phrase VALUES (%s, %s, %s, %s, %s)",
            [(part, i, len(words), word, unaccented(word)) for part, words in parts.items()
             for i, word in enumerate(words)],
        )  # fmt: skip
        cursor.executemany(
            "INSERT INTO kind VALUES (%s, %s, %s, %s, %s)",
            [(i, key, short, unaccented(short), unaccented(name))
             for i, (key, short, name) in enumerate(KINDS)],
        )  # fmt: skip
        cursor.executemany(
            "INSERT INTO body_plain VALUES (%s, %s, %s)",
            [(i, unaccented(name), unaccented(symbol)) for i, name, symbol in bodies],
        )
    for table in ("body", "phrase", "kind", "body_plain"):
        loader.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
