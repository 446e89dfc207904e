"""ID numbers at rest: AES-256-GCM with the installation's key, and a keyed blind index for equality search."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from crm.settings import Settings

NONCE = 12  # bytes; random for every value, so equal numbers look different


def seal(text: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_settings().identity_key).encrypt(nonce, text.encode(), None)


def unseal(sealed: bytes) -> str:
    """Raises `cryptography.exceptions.InvalidTag` when the key is another or the bytes were changed."""
    return AESGCM(_settings().identity_key).decrypt(sealed[:NONCE], sealed[NONCE:], None).decode()


def blind_index(text: str) -> str:
    """Equal numbers, equal index; without the key nobody can try numbers out."""
    return hmac.new(_settings().index_key, text.strip().upper().encode(), hashlib.sha256).hexdigest()


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
