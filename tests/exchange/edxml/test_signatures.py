"""Who vouches for a message: only what was signed is read, and only from whom we believe."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.signer import XMLSigner
from signxml.verifier import XMLVerifier

from exchange.edxml.faults import EdxmlError
from exchange.edxml.messages import NAMESPACE, Attachment
from exchange.edxml.reading import read
from exchange.edxml.signatures import DSIG, METHODS, Signer, _Chain, is_signed, verified
from exchange.edxml.writing import write
from tests.exchange.edxml.samples import NOON, authority, message, sample, stranger, trust

N = f"{{{NAMESPACE}}}"
PLACE = f"{N}edXMLEnvelope/{N}edXMLHeader"


def signed(**changes) -> etree._Element:
    return etree.fromstring(write(message(**changes), authority().signer()))


def false(**changes) -> etree._Element:
    """What the attacker wants to be read."""
    return etree.fromstring(write(message(subject="Giả mạo", **changes)))


def signature_of(root: etree._Element) -> etree._Element:
    return next(root.iter(f"{DSIG}Signature"))


def refused(root: etree._Element | bytes, words: str, **changes) -> None:
    data = root if isinstance(root, bytes) else etree.tostring(root)
    for unsigned in (False, True):  # a bad signature is worse than none
        with pytest.raises(EdxmlError, match=words):
            read(data, trust=trust(**changes), unsigned=unsigned)


# --- ways to wrap a signed message into a false one ---


def inside_the_false_one():
    root = false()
    root.append(signed())
    return root


def with_the_signature_in_its_place():
    root, whole = false(), signed()
    root.find(PLACE).append(signature_of(whole))
    root.append(whole)
    return root


def inside_the_signature():
    root, whole = false(), signed()
    signature = signature_of(whole)
    root.find(PLACE).append(signature)
    etree.SubElement(signature, f"{DSIG}Object").append(whole)
    return root


def around_the_header():
    root, whole = signed(), false()
    envelope = root.find(f"{N}edXMLEnvelope")
    root.replace(envelope, whole.find(f"{N}edXMLEnvelope"))
    root.append(envelope)
    return root


def second_header_first():
    root = signed()
    root.find(f"{N}edXMLEnvelope").insert(0, false().find(PLACE))
    return root


def two_signatures():
    root = signed()
    other = etree.fromstring(write(message(subject="Giả mạo"), stranger().signer()))
    root.find(PLACE).insert(0, signature_of(other))
    return root


def by_the_name_of_a_part():
    """The signer vouched for the head alone; it is moved aside, and a false one put in."""
    root = etree.fromstring(write(message()))
    head = root.find(f"{PLACE}/{N}MessageHeader")
    head.set("Id", "head")
    signer = authority().signer()
    writer = XMLSigner(
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    etree.SubElement(root.find(PLACE), f"{DSIG}Signature", {"Id": "placeholder"})
    root = writer.sign(root, key=signer.key, cert=list(signer.certificates), reference_uri="#head")
    head = root.find(f"{PLACE}/{N}MessageHeader")
    root.find(PLACE).replace(head, false().find(f"{PLACE}/{N}MessageHeader"))
    root.append(head)
    return root


def another_attachment():
    root = signed()
    other = false(attachments=(Attachment("them.pdf", b"%PDF"),))
    root.find(f"{N}AttachmentEncoded").append(other.find(f"{N}AttachmentEncoded")[0])
    return root


def another_subject():
    root = signed()
    root.find(f".//{N}Subject").text = "Giả mạo"
    return root


WRAPPED = [
    inside_the_false_one, with_the_signature_in_its_place, inside_the_signature, around_the_header,
    second_header_first, two_signatures, by_the_name_of_a_part, another_attachment, another_subject,
]  # fmt: skip


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_a_message_wrapped_into_another_is_refused(wrapped):
    refused(wrapped(), "The signature")


def test_the_library_alone_would_take_a_part_for_the_whole():
    """The control: the signature is valid, and what stands in the header is not what it covers."""
    root = by_the_name_of_a_part()
    verifier = XMLVerifier()
    verifier.get_cert_chain_verifier = lambda *_, **__: _Chain(trust())
    found = verifier.verify(root, validate_schema=False)
    assert found.signed_xml.findtext(f"{N}Subject") == "V/v liên thông phần mềm"
    assert read(etree.tostring(root), unsigned=True).subject == "Giả mạo"


# --- whom we believe ---


def test_a_signed_message_says_who_signed_it():
    found = read(etree.tostring(signed()), trust=trust())
    assert found.signed_by == "CN=Văn phòng Chính phủ"


def test_an_rsa_key_signs_with_sha_256_and_exclusive_canonical_form():
    key = rsa.generate_private_key(65537, 2048)
    root = etree.fromstring(write(message(), Signer(key, authority().signer().certificates)))
    told = {each.get("Algorithm") for each in signature_of(root).iter() if each.get("Algorithm")}
    assert told == {
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    }
    refused(root, "not valid")  # of another key than the certificate's


def test_a_comment_put_in_afterwards_cuts_nothing_off():
    root = signed(subject="Không đồng ý")
    subject = root.find(f".//{N}Subject")
    subject.text = "Không "
    comment = etree.Comment("x")
    comment.tail = "đồng ý"
    subject.append(comment)
    assert read(etree.tostring(root), trust=trust()).subject == "Không đồng ý"


def test_a_certificate_of_strangers_or_out_of_its_time_or_use_is_not_trusted():
    words = "certificate of the signature is not trusted"
    refused(write(message(), stranger().signer()), words)
    refused(write(message(), authority().signer(years=-1)), words)
    refused(write(message(), authority().signer(sign=False)), words)
    refused(write(message(), authority().signer()), words, at=NOON + dt.timedelta(days=365))
    refused(write(message(), authority().signer()), words, roots=())


def test_a_revoked_certificate_is_not_trusted():
    one, other = authority().signer(), authority().signer()
    revoked = (authority().revoking(one),)
    refused(write(message(), one), "not trusted", revoked=revoked)
    assert read(write(message(), other), trust=trust(revoked=revoked)).signed_by


@pytest.mark.parametrize("method", ["hmac-sha256", "ecdsa-sha1"])
def test_weak_and_keyless_methods_are_not_valid(method):
    root = signed()
    how = signature_of(root).find(f".//{DSIG}SignatureMethod")
    how.set("Algorithm", f"http://www.w3.org/2001/04/xmldsig-more#{method}")
    refused(root, "not valid")
    assert not any("SHA1" in each.name or "HMAC" in each.name for each in METHODS)


@pytest.mark.parametrize("part", ["SignatureValue", "DigestValue", "X509Certificate", "KeyInfo"])
def test_a_signature_that_was_tampered_with_is_not_valid(part):
    root = signed()
    element = signature_of(root).find(f".//{DSIG}{part}")
    for child in element:
        element.remove(child)
    for text in ("", "AAAA", "*", "MIIFqTCCBJG"):
        element.text = text
        refused(root, "signature")


def test_without_a_signature_it_is_taken_only_by_who_says_so():
    plain = write(message())
    assert read(plain, trust=trust(), unsigned=True).signed_by == ""
    for belief in (trust(), None):
        with pytest.raises(EdxmlError, match="not signed"):
            read(plain, trust=belief)
    with pytest.raises(EdxmlError, match="not signed"):
        read(etree.tostring(signed()))  # nobody to believe


def test_the_samples_old_signature_in_the_standards_namespace_vouches_for_nothing():
    text = sample().replace("</edXMLHeader>", "<Signature><SignedInfo/></Signature></edXMLHeader>")
    assert read(text.encode(), trust=trust(), unsigned=True).signed_by == ""
    with pytest.raises(EdxmlError, match="not signed"):
        read(text.encode(), trust=trust())


def test_what_is_read_is_what_was_digested_not_the_file():
    root = signed()
    found, _who = verified(root, trust())
    assert found is not root
    assert not is_signed(found)
