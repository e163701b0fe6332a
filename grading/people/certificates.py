"""Certificates, made anew for each grading: none is ever out of date, and no key lies around."""

from __future__ import annotations

import contextlib
import datetime
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grading.process.production import Production
from grading.results.unmet import CannotTell

if TYPE_CHECKING:
    import trustme

HOSTS = ("localhost", "127.0.0.1", "::1")
OTHER_HOST = "chat.example.org"
DAY = datetime.timedelta(days=1)
ANY_OLD_CIPHER = "ALL:@SECLEVEL=0"  # without which OpenSSL itself refuses to speak old TLS


@dataclass(frozen=True)
class Identity:
    """With what a server proves who it is: two files."""

    cert: Path
    key: Path
    ours: Path  # the folder in which we keep the same files, out of reach of all programs

    @property
    def args(self) -> tuple[str, ...]:
        """What is typed behind the name of a server that shows it."""
        return ("--tls-cert", str(self.cert), "--tls-key", str(self.key))

    def context(self, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        """Return the context of a server with this identity, which speaks this version of TLS alone if one is given."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ours / self.cert.name, self.ours / self.key.name)
        return _speaking(context, version)


@dataclass(frozen=True)
class Certificates:
    """All that the people and servers of one grading show to each other."""

    ca: Path  # those whom everybody believes
    others: Path  # one whom the computer believes, and nobody who names `ca`
    right: Identity
    expired: Identity
    other_host: Identity
    localhost_only: Identity  # and not for its address
    unknown: Identity  # signed by one of those `others`
    self_signed: Identity
    ours: Path  # the folder in which we keep the same files

    def context(self, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        """Return the context of a client, which speaks this version of TLS alone, if one is given."""
        return _speaking(ssl.create_default_context(cafile=self.ours / self.ca.name), version)


def _speaking(context: ssl.SSLContext, version: ssl.TLSVersion | None) -> ssl.SSLContext:
    if version:
        with contextlib.suppress(ssl.SSLError):
            context.set_ciphers(ANY_OLD_CIPHER)
        try:
            context.minimum_version = context.maximum_version = version
        except ValueError:
            raise CannotTell(f"The OpenSSL of this Python does not speak {version.name}.") from None
    return context


def make_certificates(production: Production) -> Certificates:
    """Make what is needed for a grading: programs find it in a folder, and we look into one of our own."""
    ours = production.own_folder()
    _make(ours)
    return _found(ours, production.hands_out({path.name: path.read_bytes() for path in ours.iterdir()}))


def certificates_in(folder: Path) -> Certificates:
    """Make what is needed, in a folder that is there and empty."""
    _make(folder)
    return _found(folder, folder)


def _make(folder: Path) -> None:
    import trustme

    ours, stranger, oneself = trustme.CA(key_type=trustme.KeyType.ECDSA), trustme.CA(), trustme.CA()
    for ca, name in ((ours, "ca.pem"), (stranger, "others.pem")):
        ca.cert_pem.write_to_path(folder / name)
    today = datetime.datetime.now(datetime.timezone.utc)

    def issue(name: str, cert: trustme.LeafCert) -> None:
        for blob in cert.cert_chain_pems:
            blob.write_to_path(folder / f"{name}.pem", append=True)
        cert.private_key_pem.write_to_path(folder / f"{name}.key")

    oneself.cert_pem.write_to_path(folder / "self.pem")
    oneself.private_key_pem.write_to_path(folder / "self.key")
    issue("server", ours.issue_cert(*HOSTS))
    issue("expired", ours.issue_cert(*HOSTS, not_before=today - 9 * DAY, not_after=today - DAY))
    issue("other", ours.issue_cert(OTHER_HOST))
    issue("localhost", ours.issue_cert(HOSTS[0]))
    issue("unknown", stranger.issue_cert(*HOSTS))


def _found(ours: Path, folder: Path) -> Certificates:
    """Return what was made in `ours`, and is in `folder` for programs."""

    def identity(name: str) -> Identity:
        return Identity(folder / f"{name}.pem", folder / f"{name}.key", ours)

    return Certificates(
        ca=folder / "ca.pem",
        others=folder / "others.pem",
        right=identity("server"),
        expired=identity("expired"),
        other_host=identity("other"),
        localhost_only=identity("localhost"),
        unknown=identity("unknown"),
        self_signed=identity("self"),
        ours=ours,
    )
