"""Machines hand in: once per key, with files that were checked, under codes that name something."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import AuditEntry
from files.models import StoredFile
from onestop.api import sending
from onestop.models import Channel, Dossier, DossierFile, DossierPaper, ProcedureChannel
from onestop.services import arrivals, intake, waiting
from onestop.states import Status
from organizations.models import KeptAnswer
from tenancy.scope import tenant_scope
from tests.files import corpus
from tests.machines import Machine, let_in, machine_of
from tests.onestop.dossiers import assigned, the_procedure
from tests.onestop.racing import at_once
from tests.onestop.test_races import online

KEY = "dvcqg-0001"


@pytest.fixture(autouse=True)
def _media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def machine(province, town):
    with tenant_scope(province):
        offered_online(town)
    return machine_of(province, town)


def offered_online(town):
    ProcedureChannel.objects.create(
        version=the_procedure(town).current_version, channel=Channel.ONLINE,
        limit_amount=10, limit_unit="working_days",
    )  # fmt: skip


def body(town, **changes):
    return {
        "procedure": "1.000001",
        "competent_unit": town.agency.code,
        "applicant": {"name": "Trần Văn Thử", "number": "999012345678", "phone": "0900012345"},
        "papers": [{"name": "Đơn đề nghị", "copies": 1}],
        **changes,
    }


def upload(machine, name="don.pdf", content=None, **more):
    file = SimpleUploadedFile(name, corpus.pdf() if content is None else content)
    return machine.post("/api/v1/files/", {"file": file, **more})


class TestHandingIn:
    def test_a_dossier_waits_at_the_counter_with_its_files(self, machine, province, town, clerk):
        ids = [
            upload(machine).json()["id"],
            upload(machine, "anh.png", corpus.image()).json()["id"],
        ]
        sent = body(town, papers=[{"name": "Đơn đề nghị", "copies": 1, "files": ids}])
        answer = machine.send("dossiers/", sent, KEY)
        assert answer.status_code == 201, answer.content
        assert set(answer.json()) == {"code", "lookup_number", "status", "arrived_at"}
        with tenant_scope(province):
            dossier = Dossier.objects.visible_to(clerk, "receive_dossiers").get()
            assert dossier.code == answer.json()["code"]
            assert (dossier.status, dossier.accepted_at) == (Status.NEW, None)
            assert dossier.receiving_unit_id == town.counter_unit.pk
            assert DossierFile.objects.filter(paper__name="Đơn đề nghị").count() == 2
            entry = AuditEntry.objects.get(action="dossier.arrived")
            assert entry.actor_name == "Cổng quốc gia (thử)"
            accepted = arrivals.accept_arrival(dossier.pk, actor=clerk)
            assert accepted.due_at is not None

    def test_the_same_again_gets_the_same_answer_and_makes_nothing(self, machine, province, town):
        first = machine.send("dossiers/", body(town), KEY)
        spaced = json.dumps(dict(reversed(body(town).items())), indent=3)
        second = machine.send("dossiers/", spaced, KEY)
        assert (second.status_code, second.json()) == (201, first.json())
        with tenant_scope(province):
            assert Dossier.objects.count() == 1

    def test_the_same_key_with_another_body_is_refused(self, machine, province, town):
        machine.send("dossiers/", body(town), KEY)
        other = machine.send("dossiers/", body(town, summary="Khác"), KEY)
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
        with tenant_scope(province):
            assert Dossier.objects.count() == 1

    def test_a_refused_request_leaves_its_key_free(self, machine, province, town):
        wrong = machine.send("dossiers/", body(town, competent_unit="H32.999"), KEY)
        assert wrong.status_code == 400
        with tenant_scope(province):
            assert not KeptAnswer.objects.exists()
        assert machine.send("dossiers/", body(town), KEY).status_code == 201

    def test_two_clients_with_one_key_do_not_meet(self, machine, province, town):
        other = machine_of(province, town)
        first, second = (who.send("dossiers/", body(town), KEY) for who in (machine, other))
        assert first.json()["code"] != second.json()["code"]

    @pytest.mark.parametrize("key", ["", "short", "a" * 101, "có dấu 123", "a b c d e f"])
    def test_a_key_is_needed(self, machine, town, key):
        answer = machine.send("dossiers/", body(town), key)
        assert answer.status_code == 400
        assert set(answer.json()["fields"]) == {"Idempotency-Key"}

    @pytest.mark.parametrize(
        ("change", "fields"),
        [
            ({"procedure": "9.999999"}, {"procedure"}),
            ({"procedure": "x"}, {"procedure"}),
            ({"competent_unit": "H32.06"}, {"competent_unit"}),
            ({"receiving_unit": "H32.06"}, {"receiving_unit"}),
            ({"urls": ["http://127.0.0.1/"]}, {"urls"}),
            ({"applicant": {"name": "A"}}, {"applicant"}),
            ({"applicant": {"name": "An", "number": "12"}}, {"applicant"}),
            ({"applicant": "An"}, {"applicant"}),
            ({"papers": [{"component": 99}]}, {"papers"}),
            ({"papers": [{"name": "A", "url": "file:///etc/passwd"}]}, {"papers"}),
            ({"papers": [{"name": "A", "copies": 10**12}]}, {"papers"}),
            ({"papers": [{"name": "A\0"}]}, {"papers"}),
            ({"summary": "a" * 1001}, {"summary"}),
            ({"copies": "NaN"}, {"copies"}),
            ({"delivery": "post"}, {"applicant"}),
        ],
    )
    def test_what_is_wrong_is_said_by_its_name(self, machine, province, town, change, fields):
        answer = machine.send("dossiers/", body(town, **change), KEY)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert set(answer.json()["fields"]) == fields
        with tenant_scope(province):
            assert not Dossier.objects.exists()

    @pytest.mark.parametrize(
        ("raw", "status"),
        [
            (b"", 400), (b"[]", 400), (b"{", 400), (b"nul", 400), (b'{"copies": NaN}', 400),
            (b'{"copies": 1, "copies": 2}', 400), (b"\xff", 400), (b"[" * 100_000, 400),
            (b'{"a":' * 20 + b"1" + b"}" * 20, 400), (b'"\\ud800"', 400),
            (b" " * (256 * 1024 + 1), 413), (b"1" * 5000, 400),
        ],
    )  # fmt: skip
    def test_a_body_that_is_no_dossier_is_refused(self, machine, raw, status):
        answer = machine.send("dossiers/", raw, KEY)
        assert answer.status_code == status, answer.content
        assert set(answer.json()) >= {"error", "code"}

    def test_another_type_of_body_is_415(self, machine):
        answer = machine.post("/api/v1/dossiers/", {"a": 1}, HTTP_IDEMPOTENCY_KEY=KEY)
        assert answer.status_code == 415

    def test_a_client_of_another_unit_hands_in_nothing_here(self, machine, province, town):
        other = machine_of(province, town, town.other_agency)
        answer = other.send("dossiers/", body(town), KEY)
        assert set(answer.json()["fields"]) == {"receiving_unit"}


def test_a_procedure_that_is_not_offered_online_is_refused(province, town):
    with tenant_scope(province):
        the_procedure(town)
    answer = machine_of(province, town).send("dossiers/", body(town), KEY)
    assert (answer.status_code, answer.json()["code"]) == (409, "procedure_not_open")


class TestFiles:
    def test_what_is_refused_is_refused_here_too(self, machine):
        answer = upload(machine, "don.pdf", b"<script>")
        assert (answer.status_code, answer.json()["code"]) == (409, "lying")
        assert upload(machine, "a.exe").json()["code"] == "type"
        assert upload(machine, other="x").status_code == 400
        assert machine.post("/api/v1/files/", {}).status_code == 400

    def test_a_file_of_another_client_or_a_used_one_is_gone(self, machine, province, town):
        token = upload(machine).json()["id"]
        sent = body(town, papers=[{"name": "Đơn", "files": [token]}])
        foreign = machine_of(province, town).send("dossiers/", sent, KEY)
        assert (foreign.status_code, foreign.json()["code"]) == (409, "file_gone")
        assert machine.send("dossiers/", sent, KEY).status_code == 201
        again = machine.send("dossiers/", sent, KEY + "-2")
        assert (again.status_code, again.json()["code"]) == (409, "file_gone")
        forged = body(town, papers=[{"name": "Đơn", "files": ["1:2:3"]}])
        assert machine.send("dossiers/", forged, KEY + "-3").json()["code"] == "file_gone"

    def test_a_file_named_twice_is_refused(self, machine, town):
        token = upload(machine).json()["id"]
        papers = [{"name": name, "files": [token]} for name in ("Đơn", "Ảnh")]
        answer = machine.send("dossiers/", body(town, papers=papers), KEY)
        assert set(answer.json()["fields"]) == {"papers"}

    def test_files_without_a_dossier_do_not_pile_up(self, machine, monkeypatch, province):
        monkeypatch.setattr(sending, "MOST_STAGED", 2)
        answers = [upload(machine) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 409]
        with tenant_scope(province):
            assert StoredFile.objects.count() == 2


def asked(town, dossier):
    soon = timezone.localdate() + dt.timedelta(days=10)
    ask = waiting.ask_supplement if dossier.accepted_at else arrivals.ask_arrival
    actor = town.officer if dossier.accepted_at else town.clerk
    ask(dossier.pk, actor=actor, items=["Bản vẽ"], reason="Thiếu bản vẽ", apply_by=soon)
    return dossier


class TestSupplements:
    def test_the_clock_goes_on_with_the_papers(self, machine, province, town):
        with tenant_scope(province):
            dossier = asked(town, assigned(town))
        page = machine.read(f"dossiers/{dossier.code}/").json()
        assert page["supplement"]["items"] == ["Bản vẽ"]
        token = upload(machine).json()["id"]
        sent = {"note": "Đủ rồi", "papers": [{"name": "Bản vẽ", "files": [token]}]}
        answer = machine.send(f"dossiers/{dossier.code}/supplement/", sent, KEY)
        assert (answer.status_code, answer.json()["status"]) == (200, Status.IN_PROGRESS)
        again = machine.send(f"dossiers/{dossier.code}/supplement/", sent, KEY)
        assert again.json() == answer.json()
        later = machine.send(f"dossiers/{dossier.code}/supplement/", sent, KEY + "-2")
        assert later.status_code == 409
        with tenant_scope(province):
            assert DossierPaper.objects.filter(dossier=dossier, name="Bản vẽ").count() == 1
            assert AuditEntry.objects.filter(action="dossier.supplemented").count() == 1

    def test_before_acceptance_the_counter_still_accepts(self, machine, province, town, clerk):
        with tenant_scope(province):
            dossier = asked(town, online(town))
        sent = {"papers": [{"name": "Bản vẽ"}]}
        answer = machine.send(f"dossiers/{dossier.code}/supplement/", sent, KEY)
        assert (answer.status_code, answer.json()["status"]) == (200, Status.SUPPLEMENT)
        with tenant_scope(province):
            accepted = arrivals.accept_arrival(dossier.pk, actor=clerk)
            assert accepted.status == Status.RECEIVED

    def test_nothing_asked_is_409_and_another_units_dossier_404(self, machine, province, town):
        with tenant_scope(province):
            dossier = assigned(town)
        path, sent = f"dossiers/{dossier.code}/supplement/", {"papers": [{"name": "A"}]}
        assert machine.send(path, sent, KEY).status_code == 409
        other = machine_of(province, town, town.other_agency)
        assert other.send(path, sent, KEY).status_code == 404


class TestTwoAtOnce:
    """Really committed, each on a connection of its own."""

    def race(self, stage):
        province, town = stage
        with tenant_scope(province):
            offered_online(town)
            _client, token = let_in(town)
        answers = []

        def send(_number):
            answers.append(Machine(province, token).send("dossiers/", body(town), KEY))

        outcome = at_once(None, send, 6)
        assert outcome.faults == []
        with tenant_scope(province):
            return answers, Dossier.objects.count()

    def test_one_dossier_and_one_answer(self, stage):
        answers, count = self.race(stage)
        done = {answer.json()["code"] for answer in answers if answer.status_code == 201}
        assert (count, len(done)) == (1, 1)
        assert {answer.status_code for answer in answers} <= {201, 409}  # 409: waited too long

    def test_without_the_key_there_are_several(self, stage, monkeypatch):
        """The control: nobody looks at the key."""
        monkeypatch.setattr(sending, "once", lambda _client, _key, _digest, act: act())
        monkeypatch.setattr(intake, "token_of", lambda _key, _actor: None)
        _answers, count = self.race(stage)
        assert count > 1
