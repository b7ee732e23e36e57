"""`circle run --lan`: this machine's addresses in the house, and a certificate it makes for itself."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from circle.settings import Settings

_DOCUMENTATION = ("198.51.100.1", 9)  # RFC 5737: nobody's; nothing is sent there either
_LOOPBACK = ("localhost", "127.0.0.1")
_LIFE = timedelta(days=397)  # the longest browsers accept without a second thought
_RENEW_BEFORE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Two PEM files. key: readable by its owner only."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """What a server speaks TLS with."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        made.load_cert_chain(self.certificate, self.key)
        return made


def addresses() -> tuple[str, ...]:
    """This machine's IPv4 addresses that others in the house can reach, the likeliest first.

    Nothing is sent to find them.
    """
    found = [*_towards_others(), *_by_name(socket.gethostname())]
    return tuple(dict.fromkeys(found))


def _towards_others() -> list[str]:
    """The address that would be used to reach somebody else: a UDP socket is asked, and stays silent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_DOCUMENTATION)
        except OSError:  # no network at all
            return []
        return _reachable([probe.getsockname()[0]])


def _by_name(hostname: str) -> list[str]:
    try:
        known = socket.getaddrinfo(hostname, None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return []
    return _reachable([str(address[0]) for *_, address in known])


def _reachable(candidates: Sequence[str]) -> list[str]:
    found = [(text, ip_address(text)) for text in candidates]
    return [text for text, ip in found if not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)]


def for_the_house(settings: Settings, found: Collection[str], *, plain: bool) -> Settings:
    """The same settings, served on every address of this machine and open to browsers at these.

    Configured origins stay, and come first; http://localhost and https://localhost are different places
    to a browser.
    """
    scheme = "http" if plain else "https"
    houses = [f"{scheme}://{address}:{settings.port}" for address in found]
    own = [f"{scheme}://{name}:{settings.port}" for name in _LOOPBACK]
    return settings.model_copy(
        update={
            "host": "0.0.0.0",  # noqa: S104  # what --lan asks for
            "origins": tuple(dict.fromkeys((*settings.origins, *houses, *own))),
            "certificate": None if plain else certificate_path(settings.data_dir),
        }
    )


def certificate_path(folder: Path) -> Path:
    """Where the certificate stands."""
    return folder / "lan.crt"


def own_certificate(folder: Path, origins: Collection[str], now: datetime) -> Certificate:
    """The certificate in this folder; made at the first run, when an address is new, or when it is old."""
    names = sorted({str(urlsplit(origin).hostname) for origin in origins} | {socket.gethostname()})
    files = Certificate(certificate_path(folder), folder / "lan.key")
    if not (files.key.exists() and _still_good(files.certificate, names, now)):
        _make(files, names, now)
    return files


def _still_good(path: Path, names: Collection[str], now: datetime) -> bool:
    if not path.exists():
        return False
    try:
        known = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        return False
    alternatives = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    covered = {str(name.value) for name in alternatives}
    return set(names) <= covered and known.not_valid_after_utc - _RENEW_BEFORE > now


def _make(files: Certificate, names: Sequence[str], now: datetime) -> None:
    """A self-signed certificate that can sign no other: whoever trusts it trusts this machine alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    itself = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Circle in this house")])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    made = (
        x509.CertificateBuilder()
        .subject_name(itself)
        .issuer_name(itself)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # phones' clocks may be behind
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files.key.parent.mkdir(parents=True, exist_ok=True)
    _write(files.key, pem, 0o600)
    _write(files.certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(path: Path, content: bytes, mode: int) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
