"""Requests that no browser of a unit sends, each with what a service that holds its limits answers.

An attack is called with a client that is signed in; it returns the status, 0 where the connection was closed.
"""

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from tests.server.intake.besieged import HERE, Client, multipart

CLOSED = 0
PACKAGES = "/intake/packages"
_MEGABYTE = 2**20
Attack = Callable[[Client], int]


@contextmanager
def raw(client: Client, seconds: float = 60) -> Iterator[socket.socket]:
    """A connection on which anything can be sent."""
    link = socket.create_connection((HERE, client.port), seconds, source_address=(client.address, 0))
    try:
        yield link
    finally:
        link.close()


def head(client: Client, *lines: str, method: str = "POST", path: str = PACKAGES) -> bytes:
    """The head of a request, not ended."""
    own = [f"{method} {path} HTTP/1.1", f"Host: {HERE}:{client.port}", f"Cookie: {client.cookie}", *lines]
    return "".join(f"{line}\r\n" for line in own).encode()


def status_of(link: socket.socket) -> int:
    """The status of the answer that comes, CLOSED where none does."""
    with suppress(OSError, http.client.HTTPException):
        response = http.client.HTTPResponse(link)
        response.begin()
        return response.status
    return CLOSED


def body_without_end(client: Client) -> int:
    """A file that goes on until it is refused."""
    body, kind = multipart([("没完.xlsx", b"")])
    start, piece = body.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", bytes(_MEGABYTE)
    with raw(client) as link:
        link.sendall(head(client, f"Content-Type: {kind}", "Transfer-Encoding: chunked") + b"\r\n")
        with suppress(OSError):
            link.sendall(b"%x\r\n%s\r\n" % (len(start), start))
            for _ in range(400):
                link.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        return status_of(link)


def announced_too_much(client: Client) -> int:
    """A length beyond all disks, and then nothing."""
    with raw(client) as link:
        kind = multipart([])[1]
        link.sendall(head(client, f"Content-Type: {kind}", f"Content-Length: {10**15}") + b"\r\n")
        return status_of(link)


def shorter_than_announced(client: Client) -> int:
    """A body that ends before its length."""
    body, kind = multipart([("短.xlsx", b"PK")])
    with raw(client) as link:
        length = f"Content-Length: {len(body) + 1000}"
        link.sendall(head(client, f"Content-Type: {kind}", length) + b"\r\n" + body[:-8])
        link.shutdown(socket.SHUT_WR)
        return status_of(link)


def longer_than_announced(client: Client) -> int:
    """A body that goes on behind its length."""
    body, kind = multipart([("长.xlsx", b"PK" * 1000)])
    with raw(client) as link:
        length = f"Content-Length: {len(body) // 2}"
        link.sendall(head(client, f"Content-Type: {kind}", length) + b"\r\n" + body)
        return status_of(link)


def two_lengths(client: Client) -> int:
    """Two lengths that differ."""
    with raw(client) as link:
        link.sendall(head(client, "Content-Length: 5", "Content-Length: 50") + b"\r\nabcde")
        return status_of(link)


def thousands_of_parts(client: Client) -> int:
    """Fifty thousand fields that are no files."""
    body, kind = multipart([(str(number), b"") for number in range(50_000)], "other")
    return client.ask("POST", PACKAGES, body, {"Content-Type": kind}).status


def thousands_of_files(client: Client) -> int:
    """More files than may be."""
    body, kind = multipart([(f"{number}.xlsx", b"PK") for number in range(3_000)])
    return client.ask("POST", PACKAGES, body, {"Content-Type": kind}).status


def parts_without_names(client: Client) -> int:
    """Parts that do not say what they are."""
    boundary = "x"
    body = b"--x\r\n\r\nabc\r\n--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n"
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return client.ask("POST", PACKAGES, body, kind).status


def a_name_of_100_000_letters(client: Client) -> int:
    """A name longer than any header."""
    body, kind = multipart([("长" * 100_000 + ".xlsx", b"PK")])
    return client.ask("POST", PACKAGES, body, {"Content-Type": kind}).status


def no_end_of_the_parts(client: Client) -> int:
    """A body whose last boundary is missing."""
    body, kind = multipart([("断.xlsx", b"PK")])
    return client.ask("POST", PACKAGES, body[:-10], {"Content-Type": kind}).status


def no_multipart(client: Client) -> int:
    """A body of another kind."""
    return client.ask("POST", PACKAGES, b"PK", {"Content-Type": "application/zip"}).status


def nothing_usable(client: Client) -> int:
    """A package without a file that is read."""
    return client.deliver([("病毒.exe", b"MZ")]).status


def without_a_cookie(client: Client) -> int:
    """A package of nobody."""
    return replace(client, cookie="").deliver([("a.xlsx", b"PK")]).status


def a_wrong_cookie(client: Client) -> int:
    """A package with a cookie that was made up."""
    name = client.cookie.partition("=")[0]
    return replace(client, cookie=f"{name}={'A' * 43}").deliver([("a.xlsx", b"PK")]).status


def headers_of_a_megabyte(client: Client) -> int:
    """More headers than any browser sends."""
    with raw(client) as link:
        with suppress(OSError):
            link.sendall(head(client, f"X-Long: {'b' * _MEGABYTE}", method="GET") + b"\r\n")
        return status_of(link)


def a_forged_host(client: Client) -> int:
    """The name of another site, as a page that has its name point to this address sends it."""
    return client.ask("GET", PACKAGES, headers={"Host": "evil.example"}).status


def a_forged_origin(client: Client) -> int:
    """A request by the page of another site."""
    body, kind = multipart([("a.xlsx", b"PK")])
    headers = {"Content-Type": kind, "Origin": "https://evil.example"}
    return client.ask("POST", PACKAGES, body, headers).status


def many_ranges(client: Client) -> int:
    """Thousands of pieces of one file."""
    ranges = ",".join(f"{number}-{number}" for number in range(0, 10_000, 2))
    return client.ask("GET", "/", headers={"Range": f"bytes={ranges}"}).status


def a_path_upwards(client: Client) -> int:
    """A receipt that is a path."""
    return client.ask("GET", f"{PACKAGES}/..%2f..%2f..%2fetc%2fpasswd").status


def a_code_that_is_no_text(client: Client) -> int:
    """Nested lists instead of a code."""
    body = b'{"code": ' + b"[" * 400 + b"]" * 400 + b"}"
    return (
        replace(client, cookie="")
        .ask("POST", "/intake/session", body, {"Content-Type": "application/json"})
        .status
    )


ATTACKS: dict[Attack, set[int]] = {
    body_without_end: {413, CLOSED},
    announced_too_much: {413},
    shorter_than_announced: {400, CLOSED},
    longer_than_announced: {400},
    two_lengths: {400},
    thousands_of_parts: {400, 413},
    thousands_of_files: {413},
    parts_without_names: {400, 422},
    a_name_of_100_000_letters: {400},
    no_end_of_the_parts: {400},
    no_multipart: {415},
    nothing_usable: {422},
    without_a_cookie: {401},
    a_wrong_cookie: {401},
    headers_of_a_megabyte: {400, 431, CLOSED},
    a_forged_host: {400},
    a_forged_origin: {403},
    many_ranges: {200, 206, 400, 416, 431},
    a_path_upwards: {404},
    a_code_that_is_no_text: {400},
}
"""Each attack with the answers that are right."""


def guess(client: Client, times: int) -> list[int]:
    """The answers to guessed codes."""
    body = json.dumps({"code": "AAAA-BBBB-CCCC-DDDD"}).encode()
    kind = {"Content-Type": "application/json"}
    return [client.ask("POST", "/intake/session", body, kind).status for _ in range(times)]


@contextmanager
def open_connections(client: Client, count: int, first: bytes = b"") -> Iterator[list[socket.socket]]:
    """So many connections that say ``first`` and then nothing."""
    links = []
    try:
        for _ in range(count):
            link = socket.create_connection((HERE, client.port), 10, source_address=(client.address, 0))
            link.sendall(first)
            links.append(link)
        yield links
    finally:
        for link in links:
            link.close()


def closed_within(link: socket.socket, seconds: float) -> bool:
    """Whether the other side closes a connection on which a letter is sent now and then."""
    end = time.monotonic() + seconds
    link.settimeout(0.2)
    while time.monotonic() < end:
        with suppress(TimeoutError):
            try:
                link.sendall(b"a")
                if not link.recv(4096):
                    return True
            except (ConnectionError, BrokenPipeError):
                return True
    return False
