"""A WebSocket client by hand, for what no library would do: it stops reading, or stops in the middle of a frame."""

import fcntl
import json
import os
import socket
import struct
import termios
from pathlib import Path

from tests.bench.served import HOST

ESTABLISHED = "01"


def handshake(path: str, port: int) -> bytes:
    """The request that opens a socket (RFC 6455, 4.1)."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def text_frame(text: str) -> bytes:
    """One short text message, masked as a client's must be (RFC 6455, 5.2)."""
    payload, mask = text.encode(), os.urandom(4)
    return struct.pack("!BB", 0x81, 0x80 | len(payload)) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


def deaf_overlay(port: int, call_id: str) -> socket.socket:
    """An overlay that says what it wants and reads nothing of it; its system keeps as little for it as can be."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    client.connect((HOST, port))
    client.sendall(handshake("/overlay", port) + text_frame(json.dumps({"kind": "watch", "call": call_id})))
    return client


def taken_bytes(client: socket.socket) -> int:
    """What the client's system has taken and the client, which reads nothing, has not (tcp(7), SIOCINQ)."""
    return int(struct.unpack("i", fcntl.ioctl(client, termios.FIONREAD, struct.pack("i", 0)))[0])


def is_kept(server_port: int, client_port: int) -> bool:
    """Whether the server has its end of a connection still, as the system sees it (proc(5), /proc/net/tcp)."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, *_ = line.split()
        ports = int(local.partition(":")[2], 16), int(remote.partition(":")[2], 16)
        if ports == (server_port, client_port):
            return state == ESTABLISHED
    return False
