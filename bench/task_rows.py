"""Tasks of five years that the committee gave to its agencies: the newest tenth is not finished,
half of it overdue, and ten come from each directive. Enough for lists and the board; nothing was
reported on the way."""

from __future__ import annotations

from typing import Any

import psycopg

MOST = 100_000  # of a million dossiers
DAYS, PER_DIRECTIVE = 1_825, 10

BODY = """
CREATE TEMP TABLE task_body AS
SELECT root.id AS root_id,
       ARRAY(SELECT id FROM organizations_unit WHERE province_id = root.province_id
             AND parent_id = root.id AND kind IN ('agency', 'commune') ORDER BY id) AS leads,
       ARRAY(SELECT DISTINCT user_id FROM organizations_position
             WHERE province_id = root.province_id AND role IN ('leader', 'province_leader')
             ORDER BY user_id LIMIT 5) AS givers
FROM organizations_unit root WHERE root.province_id = %(province)s AND root.parent_id IS NULL
"""
# a and b are numbers that look like chance and are the same in every run.
GIVEN = """
CREATE TEMP TABLE given_task AS
SELECT g, ('x' || substr(md5(g::text), 1, 7))::bit(28)::int AS a,
       ('x' || substr(md5('b' || g), 1, 7))::bit(28)::int AS b, g > %(count)s * 0.9 AS is_open,
       current_date - ((%(count)s - g) * %(days)s / %(count)s)::int AS given_on, source.id
           AS directive_id
FROM generate_series(1, %(count)s) AS g
JOIN (SELECT n, nextval(pg_get_serial_sequence('directives_directive', 'id')) AS id
      FROM generate_series(0, %(count)s / %(each)s) AS n) AS source ON n = (g - 1) / %(each)s
"""
DIRECTIVE_ROWS = """
INSERT INTO directives_directive (
    id, province_id, unit_id, giver_id, origin, reference, subject, excerpt, given_on, source_type,
    entered_at, entered_by_id, is_sample)
SELECT DISTINCT ON (directive_id) directive_id, %(province)s, root_id,
       givers[1 + directive_id %% cardinality(givers)], 'document', directive_id || '/CT-UBND',
       'Tăng cường ứng dụng công nghệ thông tin', '', given_on, '', given_on,
       givers[1 + directive_id %% cardinality(givers)], true
FROM given_task CROSS JOIN task_body ORDER BY directive_id, g
"""
TASK_ROWS = """
INSERT INTO directives_task (
    province_id, directive_id, unit_id, giver_id, lead_id, content, product, field, urgency, status,
    reason, given_on, given_at, is_insisted, due_on, accepted_at, percent, closed_at, completed_on,
    judged_due_on, search_text, is_sample)
SELECT %(province)s, directive_id, root_id, givers[1 + directive_id %% cardinality(givers)],
       leads[1 + a %% cardinality(leads)], 'Báo cáo kết quả rà soát số ' || g, '',
       (ARRAY['Đất đai', 'Đầu tư công', 'Chuyển đổi số', 'Du lịch', ''])[1 + b %% 5], 0,
       CASE WHEN is_open THEN 'in_work' ELSE 'closed' END, '', given_on, given_on, false, due_on,
       given_on, 0, CASE WHEN NOT is_open THEN done_on END,
       CASE WHEN NOT is_open THEN done_on END, CASE WHEN NOT is_open THEN due_on END,
       'bao cao ket qua ra soat so ' || g, true
FROM (
    SELECT *, given_on + 5 + a %% 60 AS done_on, CASE
        WHEN is_open THEN GREATEST(given_on, current_date - 30 + b %% 60)
        WHEN b %% 20 > 0 THEN given_on + 10 + b %% 60 END AS due_on
    FROM given_task) AS told
CROSS JOIN task_body
"""


def write_tasks(loader: psycopg.Connection[Any], count: int) -> None:
    """`count` tasks, by the loader, past the walls."""
    found = loader.execute("SELECT id FROM tenancy_province WHERE code = 'H32'").fetchone()
    assert found, "the demo made no province"
    facts = {"province": found[0], "count": count, "days": DAYS, "each": PER_DIRECTIVE}
    for statement in (BODY, GIVEN, DIRECTIVE_ROWS, TASK_ROWS):
        loader.execute(statement, facts)
    loader.execute("DROP TABLE task_body, given_task")
