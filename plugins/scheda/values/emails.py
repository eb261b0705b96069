"""E-mail addresses: the one to write to, the key by which two are the same, and what is odd."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from scheda.values import email_domains, mailboxes
from scheda.values.kinds import Kind, Parts

#: As the SQL macros email_address() and looks_like_email(): the facts' keys are cleaned there, and
#: an address that both accept has to be the same in both.
_AROUND = re.compile(r"^[\s<]*(?:mailto:)?|[\s>.,;]+$")
_SHAPE = re.compile(r"[^\s\[\]<>(),;:\"@]+@[^\s\[\]<>(),;:\"@.][^\s\[\]<>(),;:\"@]*")
_ENDS_WELL = re.compile(r"\.[^.][^.]*[^.0-9]$")

_BETWEEN = re.compile(r"[\s<>()\[\],;:\"/|]+")
_AT = re.compile(r"\s*(?:\(at\)|\[at\]|\{at\}|\(chiocciola\)|\[chiocciola\]| at | chiocciola )\s*")
_DOT = re.compile(r"\s*(?:\(dot\)|\[dot\]|\(punto\)|\[punto\]| dot | punto )\s*")
_GMAIL = ("gmail.com", "googlemail.com")
_LONGEST = 320
_NO_ADDRESS = "stands for no address"


def parse(parts: Parts, home: str) -> tuple[Any, ...]:
    """One address as written -> the columns of KIND."""
    [written] = parts
    if not written or not written.strip():
        return (None,) * 8
    if len(written) > _LONGEST:
        return _unusable("too long for an address")
    text = _lower(written)
    address, remark = _address(text)
    ascii_domain = _ascii_domain(address) if address else None
    if address is None or ascii_domain is None:
        if mailboxes.says_none(text):
            return _unusable(_NO_ADDRESS)
        return _unusable(_fault(text), _mended(text))
    local, domain = address.rsplit("@", 1)
    if mailboxes.is_nobody(local, domain):
        return _unusable(_NO_ADDRESS)
    is_disposable = email_domains.is_disposable(ascii_domain)
    meant = email_domains.meant(ascii_domain)
    remarks = [remark] if remark else []
    if meant:
        remarks.append("the domain looks mistyped")
    elif is_disposable:
        remarks.append("throw-away mailbox")
    return (
        address,
        _match_key(local, ascii_domain),
        domain,
        mailboxes.is_role(local),
        is_disposable,
        email_domains.is_free_mail(ascii_domain),
        f"{local}@{meant}" if meant else None,
        "; ".join(remarks) or None,
    )


def _unusable(reason: str, suggested: str | None = None) -> tuple[Any, ...]:
    return (*(None,) * 6, suggested, reason)


def _lower(text: str) -> str:
    """Small letters as the database makes them: letter by letter."""
    if text.isascii():
        return text.lower()
    return "".join("i" if c == "İ" else c.lower() for c in text)


def _looks_like_address(text: str) -> bool:
    return bool(_SHAPE.fullmatch(text) and ".." not in text and _ENDS_WELL.search(text))


def _address(text: str) -> tuple[str | None, str | None]:
    """The address in a text and a remark on what else the text holds."""
    if _looks_like_address(text):
        return text, None
    bare = _AROUND.sub("", text)
    if _looks_like_address(bare):
        return bare, None
    found = [_AROUND.sub("", word) for word in _BETWEEN.split(bare) if "@" in word]
    if not all(map(_looks_like_address, found)):
        return None, None
    found = list(dict.fromkeys(found))
    if len(found) > 1:
        return found[0], "several addresses: the first is kept"
    # A space inside may be a slip of the address itself; what is in brackets is one for certain.
    if found and re.search(r"[<(\[]|@.*@", text):
        return found[0], "freed of the text around it"
    return None, None


def _ascii_domain(address: str) -> str | None:
    """The domain as the network knows it; None when the address breaks the rules of addresses."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            address, check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except EmailNotValidError:
        return None
    return found.ascii_domain


def _match_key(local: str, domain: str) -> str:
    """Two addresses with one key reach one mailbox: no tag after a plus, no dots at Gmail."""
    name = unicodedata.normalize("NFC", local)
    name = name.split("+", 1)[0] or name
    if domain in _GMAIL:
        name, domain = name.replace(".", "") or name, _GMAIL[0]
    return f"{name}@{domain}"


def _fault(text: str) -> str:
    if "@" not in text:
        return "no @"
    if text.count("@") > 1:
        return "more than one @"
    if re.search(r"\s", text.strip()):
        return "a space inside"
    if "." not in text.rsplit("@", 1)[1]:
        return "no ending after the @"
    return "not a valid address"


def _mended(text: str) -> str | None:
    """A proposal where one slip explains all: (at), a comma for the point, spaces around the @."""
    mended = _DOT.sub(".", _AT.sub("@", text)) if "@" not in text else text
    mended = re.sub(r"\s*@\s*", "@", _AROUND.sub("", mended))
    mended = re.sub(r"@{2,}", "@", mended)
    mended = re.sub(r"\s*[.,]+\s*(?=[a-z]{2,}$)", ".", mended)
    mended = re.sub(r"\.{2,}", ".", mended)
    if mended == text or not _looks_like_address(mended) or _ascii_domain(mended) is None:
        return None
    return mended


KIND = Kind(
    name="emails",
    parts=("email",),
    columns=(
        ("clean", "text"),
        ("match_key", "text"),
        ("domain", "text"),
        ("is_role", "boolean"),
        ("is_disposable", "boolean"),
        ("is_free_mail", "boolean"),
        ("suggested", "text"),
        ("reason", "text"),
    ),
    parse=parse,
    libraries=("email-validator", "disposable-email-domains", "rapidfuzz"),
)
