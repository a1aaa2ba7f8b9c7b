"""Whether a port can be listened on: host and port in, a port that is free out, or a sentence."""

from __future__ import annotations

import errno
import socket

from neuronscope.errors import BadInput


def free_port(host: str, port: int) -> int:
    """``port``, or with 0 one that is free.

    :raises BadInput: the port is taken or not allowed, or the host is not one of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # ports of finished connections are free
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        raise BadInput(_cannot_listen(host, port, error)) from error


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Choose another one with --port, or end what listens there."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user. Choose one above 1023 with --port."
    return f"Cannot listen on {host}: {error.strerror}. Choose another address with --host."
