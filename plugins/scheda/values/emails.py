"""E-mail addresses: the one to write to, the key by which two are the same, and what is odd."""

from __future__ import annotations

import re
from typing import Any

from scheda.values.kinds import Kind, Parts

_AROUND = re.compile(r"^[\s<]*(?:mailto:)?|[\s>.,;]+$")


def parse(parts: Parts, home: str) -> tuple[Any, ...]:
    """One address as written -> the columns of KIND."""
    [written] = parts
    if not written:
        return (None,) * 8
    address = _AROUND.sub("", written.lower())
    if len(address) > 254 or not re.fullmatch(
        r"[^\s@<>(),;:\"\[\]]+@[^\s@<>(),;:\"\[\]]+", address
    ):
        return (*(None,) * 7, "not an e-mail address")
    local, domain = address.split("@")
    key = local.split("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        key, key_domain = key.replace(".", ""), "gmail.com"
    else:
        key_domain = domain
    is_role = local in ("info", "vendite", "sales", "support")
    return (address, f"{key}@{key_domain}", domain, is_role, False, False, None, None)


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
