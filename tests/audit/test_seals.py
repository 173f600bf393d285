"""The chain: what is sealed when, and that no change of the past goes unseen."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.db import DataError, connection, transaction

from audit import seals, services
from audit.models import AuditEntry, AuditSeal
from audit.services import record
from tenancy.logins import as_loader
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.audit.broker import wait_until
from tests.provinces import own_provinces

ENTRIES = 30


def write(province: Province, count: int) -> list[int]:
    ids = []
    for number in range(count):
        with tenant_scope(province):
            entry = record(province, "test.done", actor=None, data={"number": number, "x": 1.10})
            ids.append(entry.pk)
    return ids


def seal(province: Province) -> seals.Head:
    with tenant_scope(province):
        return seals.seal()


def seal_all(province: Province, count: int) -> seals.Head:
    """Other tests of this machine may hold old transactions open for a moment."""
    assert wait_until(lambda: seal(province).position == count)
    return seal(province)


@pytest.fixture
def sealed(fresh_province) -> Province:
    write(fresh_province, ENTRIES)
    seal_all(fresh_province, ENTRIES)
    return fresh_province


@contextmanager
def in_another_thread(act: Callable[[], None]) -> Iterator[None]:
    """`act` runs to its `yield`-like pause in a transaction that stays open meanwhile."""
    ready, go_on, faults = threading.Event(), threading.Event(), []

    def run(province_act: Callable[[threading.Event, threading.Event], None]) -> None:
        try:
            province_act(ready, go_on)
        except Exception as error:
            faults.append(error)
            ready.set()
        finally:
            connection.close()

    thread = threading.Thread(target=run, args=(act,))
    thread.start()
    assert ready.wait(60)
    try:
        yield
    finally:
        go_on.set()
        thread.join()
    assert not faults


def check(province: Province, known_head: str = "") -> seals.Fault | None:
    with tenant_scope(province):
        return seals.first_fault(known_head)


def test_entries_are_chained_in_the_order_of_their_ids(sealed):
    with tenant_scope(sealed):
        entries = list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))
        links = list(AuditSeal.objects.order_by("position").values_list("position", "entry_id"))
    assert links == list(enumerate(entries, start=1))
    assert check(sealed) is None


def test_sealing_again_adds_nothing_and_new_entries_go_on_from_the_head(sealed):
    before = seal(sealed)
    assert before.added == 0
    write(sealed, 1)
    after = seal_all(sealed, ENTRIES + 1)
    assert after.digest != before.digest
    assert check(sealed, before.digest) is None


def test_a_link_is_the_digest_of_the_link_before_and_the_entry(fresh_province):
    write(fresh_province, 1)
    head = seal_all(fresh_province, 1)
    with tenant_scope(fresh_province), connection.cursor() as cursor:
        cursor.execute(f"SELECT {seals.FIELDS} FROM audit_auditentry")
        line = seals.canonical(cursor.fetchone())
    first = sha256(f"audit {fresh_province.code}".encode()).hexdigest()
    assert head.digest == sha256(f"{first}\n{line}".encode()).hexdigest()
    assert '"data":"{\\"x\\": 1.1' in line


def test_two_provinces_with_the_same_history_have_different_heads(sealed):
    with own_provinces(1) as (other,):
        assert seal(other).digest != sha256(f"audit {sealed.code}".encode()).hexdigest()


@pytest.mark.slow
def test_an_entry_is_not_sealed_while_an_older_transaction_is_open(fresh_province):
    """The older one may still commit an entry with a smaller id, which the chain must hold."""

    def stay_open(ready, go_on):
        with tenant_scope(fresh_province):
            record(fresh_province, "test.older", actor=None)
            ready.set()
            go_on.wait(60)

    with in_another_thread(stay_open):
        (younger,) = write(fresh_province, 1)
        for _ in range(5):
            assert seal(fresh_province).position == 0
    seal_all(fresh_province, 2)
    with tenant_scope(fresh_province):
        links = AuditSeal.objects.order_by("position").values_list("entry_id", flat=True)
        actions = [AuditEntry.objects.get(pk=pk).action for pk in links]
    assert actions == ["test.older", "test.done"]
    assert links[1] == younger
    assert check(fresh_province) is None


def test_control_sealing_what_is_merely_visible_would_pass_an_entry_over(
    fresh_province, monkeypatch
):
    monkeypatch.setattr(seals, "OLDER_ENDED", "SELECT true")

    def stay_open(ready, go_on):
        with tenant_scope(fresh_province):
            record(fresh_province, "test.older", actor=None)
            ready.set()
            go_on.wait(60)

    with in_another_thread(stay_open):
        write(fresh_province, 1)
        assert seal(fresh_province).position == 1
    fault = check(fresh_province)
    assert fault is not None
    assert fault.kind == "inserted"


WITHOUT_NUMBER = services._WRITE_SQL.replace("pg_current_xact_id() IS NOT NULL", "true")


@pytest.mark.parametrize(
    ("statement", "is_taken"), [(services._WRITE_SQL, True), (WITHOUT_NUMBER, False)]
)
def test_the_number_of_the_transaction_is_taken_before_the_first_id(
    fresh_province, monkeypatch, statement, is_taken
):
    """Whoever fails while the row is made has a number already; the control has none."""
    fails = statement.replace("SELECT %s", "SELECT %s / (random() * 0)::int", 1)
    monkeypatch.setattr(services, "_WRITE_SQL", fails)
    with tenant_scope(fresh_province):
        with pytest.raises(DataError), transaction.atomic():
            record(fresh_province, "test.done", actor=None)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
            assert cursor.fetchone() == (is_taken,)


def test_two_sealers_at_once_make_one_chain(fresh_province):
    write(fresh_province, ENTRIES)
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        try:
            wait_until(lambda: seal(fresh_province).position == ENTRIES)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with tenant_scope(fresh_province):
        assert AuditSeal.objects.count() == ENTRIES
    assert check(fresh_province) is None


# --- tampering, as one who may do everything in the database ------------------------------------


def run_sql(sql: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.rowcount


FIELDS_TO_EDIT = {
    "action": "'x'",
    "actor_id": "'999'",
    "actor_name": "'Ai Đó'",
    "on_behalf_of": "'Ai Đó'",
    "subject_type": "'x.y'",
    "subject_id": "'999'",
    "subject_name": "'khác'",
    "unit_id": "'999'",
    "unit_name": "'khác'",
    "at": "at + interval '1 microsecond'",
    "data": """jsonb_set(data, '{number}', '-1')""",
}
SWAPPED = ", ".join(
    f"{name} = other.{name}" for name in ("at", "action", "subject_id", "subject_name", "data")
)


def edit(rng: random.Random, ids: list[int]) -> tuple[str, int]:
    chosen = rng.choice(ids)
    field = rng.choice(sorted(FIELDS_TO_EDIT))
    value = FIELDS_TO_EDIT[field]
    assert run_sql(f"UPDATE audit_auditentry SET {field} = {value} WHERE id = %s", chosen) == 1
    return "altered", chosen


def delete(rng: random.Random, ids: list[int]) -> tuple[str, int]:
    chosen = rng.choice(ids)
    run_sql("DELETE FROM audit_auditentry WHERE id = %s", chosen)
    return "missing", chosen


def delete_with_link(rng: random.Random, ids: list[int]) -> tuple[str, int]:
    """Not the last one: that is a chain cut off, which only a known head shows."""
    place = rng.randrange(len(ids) - 1)
    run_sql("DELETE FROM audit_auditentry WHERE id = %s", ids[place])
    run_sql("DELETE FROM audit_auditseal WHERE entry_id = %s", ids[place])
    return "missing", ids[place - 1] if place else 0


def swap(rng: random.Random, ids: list[int]) -> tuple[str, int]:
    first, second = sorted(rng.sample(ids, 2))
    sql = f"""UPDATE audit_auditentry AS mine SET {SWAPPED} FROM audit_auditentry AS other
        WHERE (mine.id, other.id) IN ((%s, %s), (%s, %s))"""
    assert run_sql(sql, first, second, second, first) == 2
    return "altered", first


def insert(rng: random.Random, ids: list[int]) -> tuple[str, int]:
    """Before an entry, whose own id it takes; the true one moves away and loses its link."""
    place = rng.randrange(len(ids))
    sql = """INSERT INTO audit_auditentry (id, province_id, at, action, actor_id, actor_name,
            on_behalf_of, subject_type, subject_id, subject_name, unit_id, unit_name, data)
        SELECT %s, province_id, at, action, actor_id, actor_name, on_behalf_of, subject_type,
            subject_id, subject_name, unit_id, unit_name, data
        FROM audit_auditentry WHERE id = %s"""
    free = ids[place] - 1
    run_sql(sql, free, ids[place])
    return "inserted", free


def forge_link(rng: random.Random, ids: list[int]) -> tuple[str, int]:
    chosen = rng.choice(ids)
    run_sql("UPDATE audit_auditentry SET action = 'x' WHERE id = %s", chosen)
    digest = f"{rng.getrandbits(256):064x}"
    run_sql("UPDATE audit_auditseal SET digest = %s WHERE entry_id = %s", digest, chosen)
    return "altered", chosen


WAYS = [edit, delete, delete_with_link, swap, insert, forge_link]


@pytest.fixture
def gapped(fresh_province) -> tuple[Province, list[int]]:
    """A sealed chain whose ids leave gaps, as rolled back transactions do."""
    ids = []
    for number in range(ENTRIES):
        with tenant_scope(fresh_province):
            run_sql("SELECT nextval(pg_get_serial_sequence('audit_auditentry', 'id'))")
            entry = record(fresh_province, "test.done", actor=None, data={"number": number})
            ids.append(entry.pk)
    seal_all(fresh_province, ENTRIES)
    return fresh_province, ids


def tamper(province: Province, ids: list[int], way, rng: random.Random) -> None:
    """Change the past as the loader, look whether the fault is named, and take it back."""
    with transaction.atomic():
        kind, entry_id = way(rng, ids)
        fault = seals.first_fault()
        assert fault is not None, (way.__name__, entry_id)
        assert (fault.kind, fault.entry_id) == (kind, entry_id), way.__name__
        transaction.set_rollback(True)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_change_of_the_past_is_found_and_named(gapped, way):
    province, ids = gapped
    rng = random.Random(way.__name__)
    with as_loader(), tenant_scope(province):
        for _ in range(25):
            tamper(province, ids, way, rng)
    assert check(province) is None


@pytest.mark.slow
def test_of_10_000_random_changes_every_one_is_found_and_named(gapped):
    province, ids = gapped
    rng = random.Random(20261121)
    with as_loader(), tenant_scope(province):
        for _ in range(10_000):
            tamper(province, ids, rng.choice(WAYS), rng)
    assert check(province) is None


def test_a_chain_cut_off_at_its_end_is_shown_by_a_head_noted_before(sealed):
    known = seal(sealed).digest
    with as_loader(), tenant_scope(sealed):
        run_sql("DELETE FROM audit_auditentry WHERE id IN (SELECT entry_id FROM audit_auditseal "
                "WHERE province_id = %s AND position > 20)", sealed.pk)  # fmt: skip
        run_sql("DELETE FROM audit_auditseal WHERE province_id = %s AND position > 20", sealed.pk)
    assert check(sealed) is None  # by itself it cannot know
    fault = check(sealed, known)
    assert fault is not None
    assert fault.kind == "cut off"


def test_a_chain_computed_anew_is_shown_by_a_head_noted_before(sealed):
    known = seal(sealed).digest
    with as_loader(), tenant_scope(sealed):
        run_sql("UPDATE audit_auditentry SET action = 'x' WHERE province_id = %s", sealed.pk)
        run_sql("DELETE FROM audit_auditseal WHERE province_id = %s", sealed.pk)
    seal_all(sealed, ENTRIES)
    assert check(sealed) is None
    assert check(sealed, known) is not None


# --- the command -------------------------------------------------------------------------------


def verify(capsys, *arguments: str) -> tuple[int, str]:
    try:
        call_command("verify_audit", *arguments)
    except SystemExit as end:
        return int(end.code or 0), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_the_command_says_ok_with_counts_and_head(sealed, capsys):
    head = seal(sealed)
    assert verify(capsys, "--province", sealed.code) == (0, f"OK {ENTRIES} 0 {head.digest}\n")
    assert verify(capsys, "--province", sealed.code, "--head", head.digest)[0] == 0


def test_the_command_seals_what_can_be_sealed_and_counts_the_rest(sealed, capsys):
    def stay_open(ready, go_on):
        with tenant_scope(sealed):
            record(sealed, "test.older", actor=None)
            ready.set()
            go_on.wait(60)

    with in_another_thread(stay_open):
        write(sealed, 2)
        code, out = verify(capsys, "--province", sealed.code)
    assert (code, out.split()[:3]) == (0, ["OK", str(ENTRIES + 2), "2"])


def test_the_command_names_the_entry_and_exits_with_1(sealed, capsys):
    with tenant_scope(sealed):
        seventh = AuditSeal.objects.get(position=7).entry_id
    with as_loader(), tenant_scope(sealed):
        run_sql("UPDATE audit_auditentry SET actor_name = 'x' WHERE id = %s", seventh)
    code, out = verify(capsys, "--province", sealed.code)
    assert (code, out) == (1, f"ALTERED: entry {seventh} at position 7\n")
    code, out = verify(capsys, "--province", sealed.code, "--head", "0" * 64)
    assert code == 1


def test_the_command_exits_with_1_when_the_head_is_not_in_the_chain(sealed, capsys):
    code, out = verify(capsys, "--province", sealed.code, "--head", "0" * 64)
    assert code == 1
    assert out.startswith("CUT OFF")


@pytest.mark.parametrize(
    "arguments", [["--province", "H99"], ["--province", "H32", "--head", "xyz"]]
)
def test_bad_arguments_exit_with_2(province, arguments):
    with pytest.raises(SystemExit) as left:
        call_command("verify_audit", *arguments)
    assert left.value.code == 2
