"""The rows that are measured on: 10,000 and 1,000,000 dossiers, made by the loader role, kept.

Real units, people and procedures of the demo. 30 % of the dossiers belong to one busy commune,
the others to every agency and commune in turn; 3 % are open, with their open step (of these 80 %
in progress, 8 % received, 7 % waiting for papers, 5 % completed); due dates of the open ones lie
between 4 days ago and 20 days ahead. Every dossier has two or three participants. What is closed
has no steps and no papers: no measured page reads them.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
OPEN_PER_MILLE, BUSY_PER_MILLE = 30, 300
CHUNK = 50_000

PLACES = """
CREATE TEMP TABLE place ON COMMIT PRESERVE ROWS AS
SELECT row_number() OVER (ORDER BY u.id <> busy.unit_id, u.id) - 1 AS i,
       u.id AS competent, COALESCE(d.id, u.id) AS handling,
       COALESCE(c.id, hall.id) AS counter, p.user_id AS official
FROM organizations_unit u
CROSS JOIN (SELECT unit_id FROM organizations_position pos
            JOIN organizations_user who ON who.id = pos.user_id
            WHERE pos.province_id = %(province)s AND who.username = 'chuyenvien' LIMIT 1) busy
CROSS JOIN (SELECT id FROM organizations_unit
            WHERE province_id = %(province)s AND kind = 'counter' ORDER BY id LIMIT 1) hall
LEFT JOIN LATERAL (SELECT id FROM organizations_unit WHERE parent_id = u.id AND kind = 'division'
                   ORDER BY id LIMIT 1) d ON true
LEFT JOIN LATERAL (SELECT id FROM organizations_unit WHERE parent_id = u.id AND kind = 'counter'
                   ORDER BY id LIMIT 1) c ON true
JOIN LATERAL (SELECT user_id FROM organizations_position
              WHERE unit_id = COALESCE(d.id, u.id) AND role = 'official' ORDER BY id LIMIT 1) p
     ON true
WHERE u.province_id = %(province)s AND u.kind IN ('agency', 'commune')
"""

# h is a number from 0 to 999 that looks like chance, k another one.
DRAWN = """
CREATE TEMP TABLE drawn ON COMMIT DROP AS
SELECT g, h, k, h < %(open)s AS is_open,
       CASE WHEN k < %(busy)s THEN 0 ELSE 1 + g %% ((SELECT count(*) FROM place) - 1) END AS i,
       (ARRAY['nguyen', 'tran', 'le', 'pham', 'huynh', 'phan', 'vo', 'dang', 'bui', 'do'])
           [1 + g %% 10]
       || ' ' || (ARRAY['van', 'thi', 'ngoc', 'minh', 'quoc', 'huu', 'duc'])[1 + g %% 7]
       || ' ' || (ARRAY['an', 'binh', 'chau', 'dung', 'giang', 'hoa', 'khanh', 'lan', 'minh', 'nga',
                        'phong', 'quang', 'son'])[1 + g %% 13] AS name,
       '999' || lpad(g::text, 9, '0') AS number
FROM (SELECT g, (g * 2654435761 %% 4294967296 >> 7) %% 1000 AS h,
             (g * 2246822519 %% 4294967296 >> 9) %% 1000 AS k
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS g) AS chance
"""

DOSSIERS = """
WITH made AS (
INSERT INTO onestop_dossier (
    province_id, code, lookup_number, procedure_id, version_id, process_id, channel, status,
    receiving_unit_id, competent_unit_id, handling_unit_id, holder_unit_id, holder_id, step_id,
    applicant_name, applicant_number, search_text, summary, copies, delivery, limit_amount,
    limit_unit, cutoff, arrived_at, accepted_at, clock_from_at, due_at, due_is_provisional,
    promised_at, finished_at, returned_at, granted_at, closed_at, voided_at, void_reason,
    fee_due_vnd, fee_taken_vnd, form_token, is_sample)
SELECT %(province)s, d.code, (50000000000 + g)::text, t.procedure_id, t.version_id, t.process_id, 1,
    d.status, p.counter, p.competent, p.handling,
    CASE WHEN is_open THEN p.handling ELSE p.counter END,
    CASE WHEN is_open AND k %% 4 > 0 THEN p.official END, NULL,
    name, number, lower(d.code) || ' ' || (50000000000 + g)::text || ' ' || name || ' ' || number,
    '', 1, 'counter', t.limit_amount, t.limit_unit, t.cutoff,
    d.accepted_at, d.accepted_at, d.accepted_at, d.due_at, false, d.due_at,
    CASE WHEN NOT is_open OR d.status = 9 THEN d.accepted_at + interval '4 days' END,
    CASE WHEN NOT is_open THEN d.accepted_at + interval '5 days' END, NULL,
    CASE WHEN NOT is_open THEN d.accepted_at + interval '5 days' END, NULL, '', 0, 0, NULL, true
FROM (SELECT drawn.*, 'H32.B-' || lpad(g::text, 8, '0') AS code,
        CASE WHEN NOT is_open THEN 10
             ELSE CASE WHEN k %% 100 < 80 THEN 4 WHEN k %% 100 < 88 THEN 2
                       WHEN k %% 100 < 95 THEN 5 ELSE 9 END END AS status,
        CASE WHEN is_open THEN now() - interval '1 hour' * (24 + k %% 400)
             ELSE now() - interval '1 day' * (30 + k) END AS accepted_at,
        CASE WHEN is_open THEN date_trunc('hour', now())
                               + interval '1 minute' * (34.56 * k - 5760 + g %% 60)
             ELSE now() - interval '1 day' * (20 + k) END AS due_at
      FROM drawn) AS d
JOIN place p ON p.i = d.i
CROSS JOIN (SELECT * FROM onestop_dossier WHERE id = %(template)s) AS t
RETURNING id, receiving_unit_id, competent_unit_id, handling_unit_id, step_id, closed_at, holder_id,
          status, arrived_at, due_at),
taking_part AS (
INSERT INTO onestop_participant (province_id, dossier_id, unit_id, part)
SELECT %(province)s, id, receiving_unit_id, 'receiving' FROM made
UNION ALL SELECT %(province)s, id, competent_unit_id, 'competent' FROM made
UNION ALL SELECT %(province)s, id, handling_unit_id, 'handling' FROM made
          WHERE handling_unit_id <> competent_unit_id)
INSERT INTO onestop_steprun (province_id, dossier_id, process_step_id, "order", round, kind, name,
    needs_approval, unit_id, person_id, state, planned_end, opened_at, on_behalf_of, note)
SELECT %(province)s, made.id, r.process_step_id, r."order", 1, r.kind, r.name, r.needs_approval,
       made.handling_unit_id, made.holder_id, 'open', made.due_at, made.arrived_at, '', ''
FROM made CROSS JOIN (SELECT * FROM onestop_steprun WHERE id = %(template_run)s) AS r
WHERE made.closed_at IS NULL
"""

STEPS = """
UPDATE onestop_dossier d SET step_id = r.id FROM onestop_steprun r
WHERE r.dossier_id = d.id AND r.state = 'open' AND d.step_id IS NULL AND d.closed_at IS NULL
  AND d.province_id = %(province)s AND r.province_id = %(province)s
"""


def state_of_sources() -> str:
    """Changes with every migration and with this file: then the rows are made anew."""
    files = [*sorted(ROOT.glob("*/migrations/0*.py")), Path(__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


class Databases:
    """The bench's own databases, beside the one of the environment or in the embedded server."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self.addresses = addresses

    def variables(self, name: str) -> dict[str, str]:
        return {key: psycopg_address(url, name) for key, url in self.addresses.items()}

    def connect(self, name: str, role: str = "DATABASE_LOADER_URL") -> psycopg.Connection:
        return psycopg.connect(psycopg_address(self.addresses[role], name), autocommit=True)

    def is_ready(self, name: str) -> bool:
        with self.owner() as owner:
            row = owner.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
                [name],
            ).fetchone()
        return row is not None and row[0] == state_of_sources()

    def owner(self) -> psycopg.Connection:
        return psycopg.connect(self.addresses["DATABASE_OWNER_URL"], autocommit=True)

    def make(self, name: str, template: str = "template0") -> None:
        with self.owner() as owner:
            known = sql.Identifier(name)
            owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(known))
            owner.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )

    def mark(self, name: str) -> None:
        with self.owner() as owner:
            owner.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                    sql.Identifier(name), sql.Literal(state_of_sources())
                )
            )


def psycopg_address(url: str, name: str) -> str:
    """The same address with another database."""
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def manage(variables: dict[str, str], *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    environment = {**os.environ, **variables, "DATABASE_STATEMENT_TIMEOUT": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        words = f"{done.stdout[-2000:]}{done.stderr[-3000:]}"
        raise SystemExit(f"{' '.join(arguments)} failed:\n{words}")


def fill(databases: Databases, name: str, count: int, tell: object) -> None:
    """`count` dossiers more, by the loader; the trigram index is made once at the end."""
    with databases.connect(name, "DATABASE_OWNER_URL") as owner:
        owner.execute("DROP INDEX IF EXISTS onestop_dossier_search_gin")
    with databases.connect(name) as loader:
        known = facts_of(loader)
        loader.execute("SET synchronous_commit = off")
        loader.execute(PLACES.replace("%(province)s", str(known["province"])))
        for first in range(1, count + 1, CHUNK):
            last = min(first + CHUNK - 1, count)
            with loader.transaction():
                span = {"first": first, "last": last}
                loader.execute(DRAWN, {"open": OPEN_PER_MILLE, "busy": BUSY_PER_MILLE, **span})
                loader.execute(DOSSIERS, known)
            tell(f"{name}: {last:,} of {count:,} dossiers")  # type: ignore[operator]
        loader.execute(STEPS, known)
    manage(databases.variables(name), "migrate", "--no-input")  # makes the index again
    with databases.connect(name, "DATABASE_OWNER_URL") as owner:
        owner.execute("VACUUM ANALYZE")


def facts_of(loader: psycopg.Connection) -> dict[str, int]:
    """The province, and a dossier of the demo whose procedure all the others get."""
    row = loader.execute(
        """
        SELECT d.province_id, d.id, r.id FROM onestop_dossier d
        JOIN onestop_steprun r ON r.dossier_id = d.id AND r.kind = 'process'
        JOIN tenancy_province p ON p.id = d.province_id
        WHERE p.code = 'H32' AND d.accepted_at IS NOT NULL AND d.limit_unit = 'working_days'
          AND d.limit_amount >= 3 ORDER BY d.id LIMIT 1
        """
    ).fetchone()
    assert row, "the demo made no dossier to copy"
    return dict(zip(("province", "template", "template_run"), row, strict=True))
