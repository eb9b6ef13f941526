"""An issuer of tokens for trying out: a key and its JWKS in one directory. A unit has an issuer of its own."""

import base64
import json
import os
import sys
import time
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

ISSUER = "https://issuer.trial/"
HOURS = 12


def make(directory: Path) -> None:
    """Key and JWKS, unless they are there."""
    key = directory / "issuer.key"
    if key.exists():
        return
    private = Ed25519PrivateKey.generate()
    public = base64.urlsafe_b64encode(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    jwk = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "trial"}
    (directory / "keys.json").write_text(json.dumps({"keys": [jwk | {"x": public.decode().rstrip("=")}]}), "utf-8")


def token(directory: Path, person: str) -> str:
    """A bearer token for a person."""
    key = load_pem_private_key((directory / "issuer.key").read_bytes(), None)
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": "zhucun", "sub": person, "iat": now, "exp": now + HOURS * 3600}
    assert isinstance(key, Ed25519PrivateKey)
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": "trial"})


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", directory]:
            make(Path(directory))
        case ["token", directory, person]:
            print(token(Path(directory), person))
        case _:
            sys.exit("trial_issuer.py make DIRECTORY | token DIRECTORY PERSON")
