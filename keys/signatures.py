"""Signatures from keys made from keys: ES256 (RFC 7518, 3.4) and Ed25519 (RFC 8032, RFC 9864).

The private key is derived for one signature and dropped; what leaves this module is a
signature or a public key as a JWK (RFC 7517) whose `kid` is its thumbprint (RFC 7638).
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Jwk = dict[str, str]

_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_COORDINATE: Final = 32


def sign(key: bytes, algorithm: str, message: bytes) -> bytes:
    """64 bytes; raises ValueError for another algorithm than ES256 and Ed25519."""
    return _algorithm(algorithm)[0](key, message)


def public_jwk(key: bytes, algorithm: str) -> Jwk:
    """The public half as a JWK with `alg`, `use` and `kid`; raises ValueError likewise."""
    jwk = _algorithm(algorithm)[1](key)
    return jwk | {"alg": algorithm, "use": "sig", "kid": _thumbprint(jwk)}


def _thumbprint(jwk: Jwk) -> str:
    canonical = json.dumps(jwk, sort_keys=True, separators=(",", ":"))
    return _base64url(sha256(canonical.encode()).digest())


def _p256(key: bytes) -> ec.EllipticCurvePrivateKey:
    # Because 128 bits more than the order leave no bias (FIPS 186-5, A.2.1).
    wide = int.from_bytes(HKDFExpand(SHA256(), 48, b"sayso/sign/es256/1").derive(key), "big")
    return ec.derive_private_key(wide % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def _sign_es256(key: bytes, message: bytes) -> bytes:
    r, s = decode_dss_signature(_p256(key).sign(message, ec.ECDSA(SHA256())))
    return r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")


def _jwk_es256(key: bytes) -> Jwk:
    numbers = _p256(key).public_key().public_numbers()
    x, y = (number.to_bytes(_COORDINATE, "big") for number in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": _base64url(x), "y": _base64url(y)}


def _ed25519(key: bytes) -> Ed25519PrivateKey:
    seed = HKDFExpand(SHA256(), 32, b"sayso/sign/ed25519/1").derive(key)
    return Ed25519PrivateKey.from_private_bytes(seed)


def _sign_ed25519(key: bytes, message: bytes) -> bytes:
    return _ed25519(key).sign(message)


def _jwk_ed25519(key: bytes) -> Jwk:
    public = _ed25519(key).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(public)}


_Pair = tuple[Callable[[bytes, bytes], bytes], Callable[[bytes], Jwk]]
_ALGORITHMS: Final[dict[str, _Pair]] = {
    "ES256": (_sign_es256, _jwk_es256),
    "Ed25519": (_sign_ed25519, _jwk_ed25519),
}
ALGORITHMS: Final = tuple(_ALGORITHMS)


def _algorithm(name: str) -> _Pair:
    found = _ALGORITHMS.get(name)
    if found is None:
        raise ValueError("Signatures are made with " + " or ".join(ALGORITHMS) + ".")
    return found


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
