"""The demo's letter box shows a province its own mails, whatever they hold."""

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.test import override_settings

BACKEND = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def box(tmp_path, settings):
    settings.GOVIT_DEMO = True
    settings.MAIL_DIR = settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.EMAIL_BACKEND = BACKEND
    return tmp_path


@pytest.fixture(autouse=True)
def _the_clock_stands():
    with time_machine.travel("2026-11-22T08:15:00+07:00", tick=False):
        yield


def send(subject, body="Chào", province="H32"):
    EmailMessage(subject, body, to=["an@vi-du.example"], headers={"X-Province": province}).send()


def test_mails_are_listed_and_read(box, client):
    send("Đã nhận hồ sơ", "Hồ sơ của ông An\nđã được tiếp nhận.")
    page = client.get("/thu-mau/").content.decode()
    assert "Đã nhận hồ sơ" in page
    assert "an@vi-du.example, 22/11/2026 08:15" in page
    (name,) = [path.name for path in box.iterdir()]
    letter = client.get(f"/thu-mau/{name}/").content.decode()
    assert "đã được tiếp nhận." in letter
    assert "-----" not in letter


def test_everything_in_a_mail_is_escaped(box, client):
    send("<img src=x onerror=alert(1)>", "<script>alert(1)</script> http://x.example/<b>")
    (name,) = [path.name for path in box.iterdir()]
    for page in (client.get("/thu-mau/"), client.get(f"/thu-mau/{name}/")):
        text = page.content.decode()
        assert "<img src=x" not in text
        assert "<script>alert" not in text
        assert "<b>" not in text


def test_another_provinces_mail_is_not_there(box, client):
    send("Phú Thọ", province="H44")
    (name,) = [path.name for path in box.iterdir()]
    assert "Phú Thọ" not in client.get("/thu-mau/").content.decode()
    assert client.get(f"/thu-mau/{name}/").status_code == 404


@pytest.mark.parametrize("name", ["..", "%2e%2e%2fenv", "env", "no.log", "..%5Cenv"])
def test_no_other_file_is_shown(box, client, name):
    (box.parent / "env").write_text("SECRET_KEY=x")
    assert client.get(f"/thu-mau/{name}/").status_code == 404


def test_a_file_that_is_no_mail_is_left_out(box, client):
    (box / "broken.log").write_bytes(b"\xff\xfe\x00 nothing")
    assert client.get("/thu-mau/").status_code == 200


def test_without_the_demo_there_is_no_letter_box(box, client):
    send("Đã nhận hồ sơ")
    with override_settings(GOVIT_DEMO=False):
        assert client.get("/thu-mau/").status_code == 404
