"""Opening an assertion that was sealed for us. Source: XML Encryption 1.1, sections 5.2 (block ciphers) and 5.5 (keys).

Keys come by RSA-OAEP alone: what came before it (PKCS 1.5) tells whoever tries often enough what it hides. For the
same reason CBC, which does not notice changes, is taken only inside of an answer that is signed as a whole."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adjoin.sign_in.models import SamlKey
from adjoin.sign_in.saml.xml import NAMES, SAML, NotBelieved, parsed

_XENC, _XENC11, _DSIG = NAMES["xenc"], NAMES["xenc11"], NAMES["ds"]
_GCM = {f"{_XENC11}aes128-gcm": 16, f"{_XENC11}aes192-gcm": 24, f"{_XENC11}aes256-gcm": 32}  # bytes of the key
_CBC = {f"{_XENC}aes128-cbc": 16, f"{_XENC}aes192-cbc": 24, f"{_XENC}aes256-cbc": 32}
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    f"{_DSIG}sha1": hashes.SHA1(),  # noqa: S303  of OAEP, where nothing is known against it
    f"{_XENC}sha256": hashes.SHA256(),
    f"{_XENC}sha512": hashes.SHA512(),
}
_MASKS: dict[str, hashes.HashAlgorithm] = {
    f"{_XENC11}mgf1sha1": hashes.SHA1(),  # noqa: S303
    f"{_XENC11}mgf1sha256": hashes.SHA256(),
    f"{_XENC11}mgf1sha512": hashes.SHA512(),
}
_NONCE, _TAG, _BLOCK = 12, 16, 16


def opened(element: Any, keys: Sequence[SamlKey], *, is_covered: bool) -> Any:
    """The assertion in an `EncryptedAssertion`. `is_covered`: a signature that was checked covers it as it came.

    Raises `NotBelieved`, in the same words whatever was wrong with it."""
    data = element.findall("xenc:EncryptedData", NAMES)
    sealed_keys = list(element.iter(f"{{{_XENC}}}EncryptedKey"))
    if len(data) != 1 or not 0 < len(sealed_keys) <= len(keys) + 4:
        raise NotBelieved("encrypted")
    try:
        found = parsed(_plain(data[0], sealed_keys, keys, is_covered=is_covered))
    except (ValueError, InvalidTag, binascii.Error) as error:
        raise NotBelieved("encrypted") from error
    if found.tag != f"{{{SAML}}}Assertion" or len(list(found.iter(f"{{{SAML}}}Assertion"))) != 1:
        raise NotBelieved("encrypted")
    return found


def _plain(data: Any, sealed_keys: list[Any], keys: Sequence[SamlKey], *, is_covered: bool) -> bytes:
    method = _method(data)
    lengths = _GCM | (_CBC if is_covered else {})
    if method not in lengths:
        raise ValueError(method)
    secret = _secret(sealed_keys, keys, lengths[method])
    value = _value(data)
    if method in _GCM:
        return AESGCM(secret).decrypt(value[:_NONCE], value[_NONCE:], None)
    return _from_cbc(secret, value)


def _from_cbc(secret: bytes, value: bytes) -> bytes:
    opener = Cipher(algorithms.AES(secret), modes.CBC(value[:_BLOCK])).decryptor()
    padded = opener.update(value[_BLOCK:]) + opener.finalize()
    if not padded or not 0 < padded[-1] <= _BLOCK:
        raise ValueError("padding")
    return padded[: -padded[-1]]


def _secret(sealed_keys: list[Any], keys: Sequence[SamlKey], length: int) -> bytes:
    """The key of the data, from the first that one of ours opens."""
    for sealed in sealed_keys:
        method = sealed.find("xenc:EncryptionMethod", NAMES)
        if method is None or method.get("Algorithm") not in (f"{_XENC}rsa-oaep-mgf1p", f"{_XENC11}rsa-oaep"):
            continue
        how = _oaep(method)
        for key in keys:
            try:
                secret = _private(key).decrypt(_value(sealed), how)
            except ValueError:
                continue
            if len(secret) == length:
                return secret
    raise ValueError("no key of ours")


def _oaep(method: Any) -> padding.OAEP:
    digest, mask = method.find("ds:DigestMethod", NAMES), method.find("xenc11:MGF", NAMES)
    if method.find("xenc:OAEPparams", NAMES) is not None:
        raise ValueError("label")
    hashing = _known(_DIGESTS, f"{_DSIG}sha1" if digest is None else digest.get("Algorithm"))
    masking = _known(_MASKS, f"{_XENC11}mgf1sha1" if mask is None else mask.get("Algorithm"))
    return padding.OAEP(mgf=padding.MGF1(masking), algorithm=hashing, label=None)


def _known(table: dict[str, hashes.HashAlgorithm], name: str | None) -> hashes.HashAlgorithm:
    if name not in table:
        raise ValueError(name)
    return table[name]


def _private(key: SamlKey) -> rsa.RSAPrivateKey:
    found = serialization.load_pem_private_key(key.secret.encode(), None)
    if not isinstance(found, rsa.RSAPrivateKey):
        raise ValueError("no RSA key")
    return found


def _method(element: Any) -> str:
    method = element.find("xenc:EncryptionMethod", NAMES)
    return "" if method is None else str(method.get("Algorithm"))


def _value(element: Any) -> bytes:
    words = "".join(element.findtext("xenc:CipherData/xenc:CipherValue", "", NAMES).split())
    return base64.b64decode(words, validate=True)
