"""Which authorities the province trusts, as its command is told."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import call_command
from django.utils import timezone, translation

from exchange.edxml import trusting
from papers import certificates
from papers.models import TrustAnchor
from papers.signatures.authority import Authority
from tenancy.scope import tenant_scope


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def written(folder: Path, authority: Authority, *, pem: bool = True) -> list[str]:
    """Arguments: the file with the root first, and its two lists as DER."""
    chain = (authority.root.certificate, authority.issuing.certificate)
    file = folder / "ca.pem"
    file.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in chain))
    lists = []
    for number, content in enumerate(authority.lists()):
        path = folder / f"{number}.crl"
        path.write_bytes(content)
        lists += ["--crl", str(path)]
    return [str(file), *lists]


def run(province, *arguments: str) -> None:
    call_command("trust_authority", "CA thử", *arguments, "--province", province.code)


def refused(province, capsys, sentence: str, *arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        run(province, *arguments)
    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err) == (2, "", f"trust_authority: {sentence}\n")


def test_certificates_count_on_papers_and_on_messages_alike(province, tmp_path, capsys):
    authority = Authority(timezone.now())
    file, _flag, first, _flag, second = written(tmp_path, authority)
    run(province, file, "--crl", first, "--crl", second)
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], len(told["certificates"]), told["lists"]) == ("CA thử", 2, 2)
    with tenant_scope(province):
        papers, messages = certificates.trust(), trusting.trust()
    root, issuing = authority.root.certificate, authority.issuing.certificate
    assert papers.roots == [root.public_bytes(Encoding.DER)]
    lists = [Path(each).read_bytes() for each in (first, second)]
    assert list(papers.crls) == lists == list(messages.revoked)
    assert (messages.roots, messages.others) == ((root,), (issuing,))


def test_newer_lists_are_taken_older_ones_refused_and_others_kept(province, tmp_path, capsys):
    authority = Authority(timezone.now())
    file, *lists = written(tmp_path, authority)
    run(province, file, *lists)
    authority.now -= dt.timedelta(days=1)
    older = written(tmp_path, authority)
    refused_name = "CA gốc MẪU (DEMO)"
    capsys.readouterr()
    refused(province, capsys, f"The portal has a newer list of {refused_name}.", *older)
    authority.now += dt.timedelta(days=2)
    newer = written(tmp_path, authority)
    run(province, file, *newer[3:])  # of the issuing authority alone
    run(province, file)
    with tenant_scope(province):
        first, second = certificates.trust().crls
        anchor = TrustAnchor.objects.get()
    assert second == Path(newer[4]).read_bytes()
    assert first != Path(newer[2]).read_bytes()
    assert anchor.revoked_at is not None


def test_what_is_no_authority_or_no_list_of_it_changes_nothing(province, tmp_path, capsys):
    authority, other = Authority(timezone.now()), Authority(timezone.now())
    file, _flag, good, *_rest = written(tmp_path, authority)
    leaf, foreign, two = (tmp_path / name for name in ("leaf.der", "foreign.crl", "two.pem"))
    leaf.write_bytes(authority.issue("Nguyễn Văn A", "").der)
    foreign.write_bytes(other.lists()[0])
    roots = (authority.root.certificate, other.root.certificate)
    two.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in roots))
    no_list = "This is no list of revocations of the authority."
    for sentence, *arguments in (
        ("Nguyễn Văn A MẪU (DEMO) is no certificate of an authority.", str(leaf)),
        ("There are two roots in the file. Trust each under its own name.", str(two)),
        ("This is no certificate. Choose the file .cer, .crt or .pem.", good),
        (no_list, file, "--crl", str(foreign)),
        (no_list, file, "--crl", file),
        (f"{tmp_path / 'none'} cannot be read (No such file or directory).", f"{tmp_path}/none"),
    ):
        refused(province, capsys, sentence, *arguments)
    with tenant_scope(province):
        assert not TrustAnchor.objects.exists()
