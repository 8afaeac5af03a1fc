"""The only way this program asks another host: by an address that somebody else chose, or by the operator's own.

Each hop: the address is parsed once, its host resolved once, every resolved address judged, and the connection made to
a judged address and to nothing else, so that neither a redirect nor a second DNS answer can lead inside. Rejected:
checking the host first and letting the HTTP library resolve it again (CVE-2023-47116 is that gap).
"""

import http.cookiejar
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

import httpcore
import httpx

from tagwork.kit.errors import Refusal

PORTS: Final = (80, 443)
URL_CHARACTERS: Final = 2048
LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
USER_AGENT: Final = "Tagwork"

# IANA special-purpose registries (RFC 6890 and successors), written out: ipaddress.is_global differs between releases.
FORBIDDEN_V4: Final = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Only global unicast is ever right; what lies outside includes mapped, NAT64, unique-local, link-local and multicast.
GLOBAL_V6: Final = ipaddress.IPv6Network("2000::/3")
FORBIDDEN_V6: Final = tuple(
    ipaddress.IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)

Resolver = Callable[[str, int], list[str]]


class OutboundRefused(Refusal):
    """`code`: url_refused, address_refused, unresolvable, unreachable, too_many_redirects, too_large, timeout or
    bad_answer. The text never repeats anything the other side sent."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class OutboundLimits:
    body_bytes: int = 50 * 1024 * 1024
    total_seconds: float = 30.0
    silence_seconds: float = 10.0
    redirects: int = 3


@dataclass(frozen=True)
class Answer:
    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


def system_resolver(host: str, port: int) -> list[str]:
    """Addresses of `host` by the system; raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def may_connect(address: str) -> bool:
    """Whether `address`, an IP in its usual spelling, belongs to the public internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in FORBIDDEN_V4)
    if ip.scope_id is not None:
        return False
    return ip in GLOBAL_V6 and not any(ip in network for network in FORBIDDEN_V6)


def checked_url(text: str, own_origin: str = "") -> httpx.URL:
    """`text` as the one parsed form that is also connected to; raises OutboundRefused.

    `own_origin` (`http://10.0.0.5:9332`) is a place the operator named: for it alone any port and host will do.
    """
    if len(text) > URL_CHARACTERS:
        raise OutboundRefused("url_refused", f"The address is longer than {URL_CHARACTERS} characters.")
    if any(c.isspace() or not c.isprintable() or c == "\\" for c in text):
        raise OutboundRefused("url_refused", "The address holds a space, a backslash or an invisible character.")
    scheme, separator, rest = text.partition("://")
    if scheme.lower() not in ("http", "https") or not separator:
        raise OutboundRefused("url_refused", "The address must begin with https:// or http://.")
    if "@" in re.split(r"[/?#]", rest, maxsplit=1)[0]:
        raise OutboundRefused("url_refused", "The address must not hold a user name or a password.")
    try:
        url = httpx.URL(text)
        host = url.raw_host.decode("ascii").lower()
        port = url.port
    except (httpx.InvalidURL, ValueError):
        raise OutboundRefused("url_refused", "The address cannot be read as one.") from None
    if own_origin and origin_of(url) == own_origin:
        return url
    if port is not None and port not in PORTS:
        raise OutboundRefused("url_refused", "Only the ports 80 and 443 are used.")
    _check_host(host)
    return url


def origin_of(url: httpx.URL) -> str:
    """Scheme, host and port, the port always written."""
    port = url.port or {"http": 80, "https": 443}.get(url.scheme, 0)
    return f"{url.scheme}://{url.raw_host.decode('ascii').lower()}:{port}"


def _check_host(host: str) -> None:
    """A public address in its one usual spelling, or a name with a dot; raises OutboundRefused."""
    if ":" in host:
        if not may_connect(host):
            raise _private()
        return
    labels = host.removesuffix(".").split(".")
    # A host that ends in a number is an IPv4 address to some parser (WHATWG URL, 3.5): 127.1, 0x7f.0.0.1, 2130706433.
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise OutboundRefused("url_refused", "The address writes an IP in an unusual way.") from None
        if not may_connect(host):
            raise _private()
        return
    if len(labels) < 2 or len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise OutboundRefused("url_refused", "The address does not name a host on the internet.")


def _private() -> OutboundRefused:
    return OutboundRefused("address_refused", "The address leads into a private network.")


def _within(seconds: float, ask: Callable[[], list[str]]) -> list[str]:
    """The answer of `ask`, or TimeoutError: the system's resolver cannot be told a time limit, only be left behind."""
    result: list[list[str] | Exception] = []

    def run() -> None:
        try:
            result.append(ask())
        except Exception as error:
            result.append(error)

    thread = threading.Thread(target=run, daemon=True, name="tagwork-resolve")
    thread.start()
    thread.join(seconds)
    if not result:
        raise TimeoutError
    if isinstance(result[0], Exception):
        raise result[0]
    return result[0]


class _BoundedStream(httpcore.NetworkStream):
    """A connection that ends at one moment for all its reads and writes, so that a slow drip gains nothing."""

    def __init__(self, stream: httpcore.NetworkStream, ends_at: float) -> None:
        self._stream = stream
        self._ends_at = ends_at

    def _left(self, timeout: float | None, error: type[Exception]) -> float:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise error()
        return left if timeout is None else min(timeout, left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._ends_at)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _PinnedBackend(httpcore.NetworkBackend):
    """Resolves, judges and connects in one place; nothing above it ever sees an address."""

    def __init__(self, resolve: Resolver, dial: httpcore.NetworkBackend, ends_at: float, is_own: bool) -> None:
        self._resolve = resolve
        self._dial = dial
        self._ends_at = ends_at
        self._is_own = is_own

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if not self._is_own:
            _check_host(host.lower())
        left = max(0.001, self._ends_at - time.monotonic())
        try:
            addresses = _within(left, lambda: self._resolve(host, port))
        except TimeoutError:
            raise OutboundRefused("timeout", "The address took too long to answer.") from None
        except OSError:
            addresses = []
        if not addresses:
            raise OutboundRefused("unresolvable", "The host of this address does not exist.")
        # One private address among public ones is an attack or a mistake; neither deserves a try with the others.
        if not self._is_own and not all(may_connect(address) for address in addresses):
            raise _private()
        last: Exception | None = None
        for address in dict.fromkeys(addresses):
            left = self._ends_at - time.monotonic()
            if left <= 0:
                raise httpcore.ConnectTimeout()
            try:
                stream = self._dial.connect_tcp(address, port, min(left, timeout or left), None, socket_options)
                return _BoundedStream(stream, self._ends_at)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        assert last is not None
        raise last

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise OutboundRefused("address_refused", "The address leads into this machine.")

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any, pool: httpcore.ConnectionPool) -> None:
        self._stream = stream
        self._pool = pool

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()
        self._pool.close()


class _PinnedTransport(httpx.BaseTransport):
    """One connection a request: a pool kept between calls would outlive the judgement of its address."""

    def __init__(self, backend: _PinnedBackend, ssl_context: ssl.SSLContext) -> None:
        self._backend = backend
        self._ssl_context = ssl_context

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        pool = httpcore.ConnectionPool(ssl_context=self._ssl_context, network_backend=self._backend, max_connections=1)
        try:
            url = request.url
            response = pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except BaseException:
            pool.close()
            raise
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response.stream, pool),
            extensions={},
        )


class Outbound:
    """`resolve` and `dial` are the outside; production uses the system's. Every fetch starts without any state.

    With `own_url`, a service of the operator's own (a coin's node), that origin is the only one ever fetched, wherever
    it lies, and no redirect is followed.
    """

    def __init__(
        self,
        resolve: Resolver = system_resolver,
        dial: httpcore.NetworkBackend | None = None,
        ssl_context: ssl.SSLContext | None = None,
        own_url: str = "",
    ) -> None:
        self._own_origin = origin_of(httpx.URL(own_url)) if own_url else ""
        self._resolve = resolve
        self._dial = dial or httpcore.SyncBackend()
        self._ssl_context = ssl_context or ssl_context_of_the_house()

    def fetch(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        limits: OutboundLimits = OutboundLimits(),
    ) -> Answer:
        """One request; a GET follows up to `limits.redirects` redirects, each judged anew, anything else follows none.

        `headers` stay with the origin they were meant for. Any status is an answer. Raises OutboundRefused.
        """
        ends_at = time.monotonic() + limits.total_seconds
        is_own = bool(self._own_origin)
        transport = _PinnedTransport(_PinnedBackend(self._resolve, self._dial, ends_at, is_own), self._ssl_context)
        own = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        no_cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        try:
            with httpx.Client(
                transport=transport, trust_env=False, cookies=no_cookies, timeout=limits.silence_seconds
            ) as client:
                at = checked_url(url, self._own_origin)
                if is_own and origin_of(at) != self._own_origin:
                    raise OutboundRefused("address_refused", "This client asks the operator's own service only.")
                sent_headers = own | dict(headers or {})
                for _ in range(limits.redirects + 1):
                    request = client.build_request(method, at, content=content, headers=sent_headers)
                    response = client.send(request, stream=True, follow_redirects=False)
                    try:
                        location = response.headers.get("location")
                        follows = method == "GET" and response.status_code in (301, 302, 303, 307, 308)
                        if is_own or not follows or location is None:
                            body = _body(response, limits.body_bytes)
                            return Answer(response.status_code, str(at), dict(response.headers), body)
                    finally:
                        response.close()
                    to = checked_url(urljoin(str(at), location))
                    if at.scheme == "https" and to.scheme != "https":
                        raise OutboundRefused("url_refused", "The address leads from https back to http.")
                    if (to.scheme, to.host, to.port) != (at.scheme, at.host, at.port):
                        sent_headers = own
                    at = to
        except (httpcore.TimeoutException, TimeoutError):
            raise OutboundRefused("timeout", "The address took too long to answer.") from None
        except (httpcore.NetworkError, OSError):
            raise OutboundRefused("unreachable", "The address does not answer.") from None
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise OutboundRefused("bad_answer", "The address does not answer as a web server does.") from None
        raise OutboundRefused("too_many_redirects", f"The address redirects more than {limits.redirects} times.")


def _body(response: httpx.Response, max_bytes: int) -> bytes:
    """The content; gzip is undone under the same cap although we did not ask for it, other encodings are refused."""
    too_large = OutboundRefused("too_large", f"The answer is larger than {max_bytes:,} bytes.")
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", ""):
        raise OutboundRefused("bad_answer", "The answer is compressed in a way that is not read.")
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > max_bytes:
        raise too_large
    inflate = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    body = bytearray()
    try:
        for chunk in response.iter_raw():
            # One byte more than allowed is enough to know; the rest of a bomb is never inflated.
            body += inflate.decompress(chunk, max_bytes + 1 - len(body)) if inflate else chunk
            if len(body) > max_bytes:
                raise too_large
    except zlib.error:
        raise OutboundRefused("bad_answer", "The answer is damaged.") from None
    if inflate and not inflate.eof:
        raise OutboundRefused("bad_answer", "The answer is damaged.")
    return bytes(body)


def ssl_context_of_the_house() -> ssl.SSLContext:
    """Certificates are always verified, against the system's or certifi's roots."""
    return httpx.create_ssl_context()
