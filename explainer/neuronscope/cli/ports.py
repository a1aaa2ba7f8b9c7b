"""Whether a port can be listened on: host and port in, an address that is free out, or a sentence."""

from __future__ import annotations

import errno
import ipaddress
import socket
from dataclasses import dataclass

from neuronscope.errors import BadInput


@dataclass(frozen=True)
class Address:
    """Where a server listens: ``ip`` is what ``host``, which a person typed, stands for on this machine."""

    host: str
    ip: str
    port: int

    @property
    def is_wildcard(self) -> bool:
        """Whether it means every address of this machine."""
        return ipaddress.ip_address(self.ip).is_unspecified


def free_port(host: str, port: int) -> Address:
    """``host``, a name or an address (``[::1]`` too), with ``port``, or with 0 one that is free.

    :raises BadInput: the port is taken or not allowed, or the host is not one of this machine's.
    """
    plain = host.strip().removeprefix("[").removesuffix("]")
    if not plain:
        raise BadInput("--host is empty. Give an address such as 127.0.0.1, or leave it out.")
    try:
        found = socket.getaddrinfo(plain, port, type=socket.SOCK_STREAM)
        # A name that has both is listened on by IPv4: that works in containers without IPv6, where ::1 is named too.
        family, kind, protocol, _, address = min(found, key=lambda info: info[0] != socket.AF_INET)
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # ports of finished connections are free
            probe.bind(address)
            return Address(plain, str(address[0]), int(probe.getsockname()[1]))
    except OSError as error:
        raise BadInput(_cannot_listen(host, port, error)) from error
    except UnicodeError as error:  # of a name that cannot be looked up, such as "a..b"
        raise BadInput(f"{host!r} is not a host. Choose another address with --host.") from error


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Choose another one with --port, or end what listens there."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user. Choose one above 1023 with --port."
    return f"Cannot listen on {host}: {error.strerror}. Choose another address with --host."
