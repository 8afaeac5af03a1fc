"""No address a stranger chose reaches a private network; a canary that takes every connection must see none."""

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpcore
import pytest

from tagwork.kit.outbound import Outbound, OutboundLimits, OutboundRefused, checked_url, may_connect

PUBLIC = "93.184.215.14"
Handler = Callable[[bytes], bytes | Iterator[bytes]]


class LoopbackServer:
    """A real TCP server; `answers` turns each request's bytes into the bytes (or slow pieces) of an answer."""

    def __init__(self, answers: Handler, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._answers = answers
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    request += piece
                self.requests.append(request)
                answer = self._answers(request)
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    connection.sendall(piece)
        except OSError:
            pass

    def close(self) -> None:
        self._socket.close()


class Dial(httpcore.SyncBackend):
    """Leads every permitted connection to the loopback server and remembers where it believed to go."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port
        self.dialled: list[tuple[str, int]] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.dialled.append((host, port))
        return super().connect_tcp("127.0.0.1", self.port, timeout, local_address, socket_options)


class Names:
    """A resolver with a fixed table (the last answer repeats); it counts what it was asked."""

    def __init__(self, **table: list[list[str]]) -> None:
        self.table = {name.replace("_", "."): answers for name, answers in table.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answers = self.table.get(host)
        if answers is None:
            return [host] if host.replace(".", "").isdigit() or ":" in host else [PUBLIC]
        return answers.pop(0) if len(answers) > 1 else answers[0]


def http(body: bytes = b"ok", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "Connection: close"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(to: str) -> bytes:
    return http(b"", "302 Found", f"Location: {to}")


@pytest.fixture
def serve() -> Iterator[Callable[..., LoopbackServer]]:
    servers: list[LoopbackServer] = []

    def start(answers: Handler, context: ssl.SSLContext | None = None) -> LoopbackServer:
        servers.append(LoopbackServer(answers, context))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def refused(outbound: Outbound, url: str, method: str = "GET", **options: Any) -> OutboundRefused:
    with pytest.raises(OutboundRefused) as caught:
        outbound.fetch(method, url, **options)
    return caught.value


TORTURE = [
    # private, shared, local, reserved IPv4
    "http://127.0.0.1/",
    "http://127.1.2.3/",
    "http://10.0.0.1/",
    "http://10.255.255.255/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://100.127.255.254/",
    "http://0.0.0.0/",
    "http://0.1.2.3/",
    "http://192.0.0.1/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://198.51.100.7/",
    "http://203.0.113.7/",
    "http://192.88.99.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    # other spellings of IPv4
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0x7f000001/",
    "http://0X7F000001/",
    "http://2130706433/",
    "http://017700000001/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0x/",
    "http://127.0.0.0x1/",
    "http://127.0.0.01/",
    "http://1.1.1.256/",
    "http://127.0.0.1./",
    "http://127.0.0.1../",
    "http://example.com.127/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127%2e0%2e0%2e1/",
    "http://１２７.0.0.1/",
    # IPv6
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:93.184.215.14]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::a00:1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fd12:3456:789a::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[2001::1]/",
    "http://[2001:10::1]/",
    "http://[2002:7f00:1::]/",
    "http://[3fff::1]/",
    "http://[100::1]/",
    "http://[::1]:80/",
    # names
    "http://localhost/",
    "http://localhost./",
    "http://redis/",
    "http://LOCALHOST/",
    "http://-bad.example.com/",
    "http://a..example.com/",
    "http://.example.com/",
    f"http://{'a' * 64}.example.com/",
    f"http://{'a.' * 130}com/",
    "http://exa mple.com/",
    # user names and parsers that disagree
    "http://user@example.com/",
    "http://user:password@example.com/",
    "http://@example.com/",
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1\\@example.com/",
    "http://example.com\\.internal/",
    "http://example.com\t/",
    "http://example.com/\r\nX-Injected: 1",
    "http://example.com/\u202e",
    "\thttp://example.com/",
    # schemes and ports
    "file:///etc/passwd",
    "gopher://example.com/",
    "ftp://example.com/",
    "dict://127.0.0.1:11211/",
    "data:text/plain,x",
    "javascript:alert(1)",
    "jar:http://example.com!/",
    "http:example.com",
    "http:/example.com",
    "http:///example.com",
    "//example.com/",
    "example.com",
    "",
    "http://",
    "https://?",
    "http://example.com:22/",
    "http://example.com:8080/",
    "http://example.com:0/",
    "http://example.com:65536/",
    "http://example.com:80a/",
    "http://[::1/",
    "http://example.com/" + "a" * 2048,
]


def test_the_torture_list_is_long_enough() -> None:
    assert len(set(TORTURE)) == len(TORTURE) >= 60


@pytest.mark.parametrize("url", TORTURE)
def test_no_hostile_address_is_ever_connected_to(serve: Callable[..., LoopbackServer], url: str) -> None:
    canary = serve(lambda request: http())
    dial, names = Dial(canary.port), Names()
    error = refused(Outbound(names, dial), url)
    assert error.code in ("url_refused", "address_refused")
    assert dial.dialled == [] == names.asked
    assert canary.connections == 0


INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.20.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "0.0.0.0",
    "::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "2002:a9fe:a9fe::1",
    "not an address",
]


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_resolves_inside_is_refused(serve: Callable[..., LoopbackServer], address: str) -> None:
    canary = serve(lambda request: http())
    for addresses in ([address], [PUBLIC, address], [address, PUBLIC]):
        dial = Dial(canary.port)
        error = refused(Outbound(Names(evil_example_com=[addresses]), dial), "https://evil.example.com/")
        assert error.code == "address_refused"
        assert dial.dialled == []
    assert canary.connections == 0


@pytest.mark.parametrize("url", [url for url in TORTURE if url.isascii() and url.isprintable() and url[:4] == "http"])
def test_no_redirect_leads_inside(serve: Callable[..., LoopbackServer], url: str) -> None:
    server = serve(lambda request: redirect(url))
    dial = Dial(server.port)
    error = refused(Outbound(Names(), dial), "http://outside.example.com/start")
    # what is no absolute address is read against the page it came from, as browsers do; what is no address at all
    # makes a bad answer
    assert error.code in ("url_refused", "address_refused", "too_many_redirects", "bad_answer")
    assert {host for host, _ in dial.dialled} == {PUBLIC}


def test_a_redirect_to_a_name_that_resolves_inside_is_refused(serve: Callable[..., LoopbackServer]) -> None:
    server = serve(lambda request: redirect("http://inside.example.com/"))
    dial = Dial(server.port)
    names = Names(inside_example_com=[["10.0.0.8"]])
    assert refused(Outbound(names, dial), "http://outside.example.com/").code == "address_refused"
    assert dial.dialled == [(PUBLIC, 80)]


def test_a_second_dns_answer_is_never_asked_for(serve: Callable[..., LoopbackServer]) -> None:
    server = serve(lambda request: http(b"once"))
    dial = Dial(server.port)
    names = Names(rebind_example_com=[[PUBLIC], ["127.0.0.1"]])
    assert Outbound(names, dial).fetch("GET", "http://rebind.example.com/a?b=c").body == b"once"
    assert names.asked == ["rebind.example.com"]
    assert dial.dialled == [(PUBLIC, 80)]
    assert b"Host: rebind.example.com\r\n" in server.requests[0] and b"GET /a?b=c HTTP" in server.requests[0]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://EXAMPLE.com:443/",
        "http://example.com:443/",
        "https://sub.example.co.uk/ä?x=@y#z",
        "https://münchen.example/",
        "http://93.184.215.14/",
        "http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
        "https://a_b.example.com./",
    ],
)
def test_an_ordinary_address_is_accepted(url: str) -> None:
    assert checked_url(url).scheme in ("http", "https")


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2606:4700::1111"]
)
def test_the_public_internet_may_be_connected_to(address: str) -> None:
    assert may_connect(address)


def test_it_posts_without_following(serve: Callable[..., LoopbackServer]) -> None:
    server = serve(lambda request: redirect("http://other.example.com/"))
    answer = Outbound(Names(), Dial(server.port)).fetch(
        "POST", "http://hook.example.com/", content=b'{"a":1}', headers={"X-Signature": "s"}
    )
    assert answer.status == 302
    assert len(server.requests) == 1 and b"X-Signature: s" in server.requests[0]


def test_any_status_is_an_answer(serve: Callable[..., LoopbackServer]) -> None:
    server = serve(lambda request: http(b"gone", "410 Gone"))
    answer = Outbound(Names(), Dial(server.port)).fetch("GET", "http://example.com/")
    assert (answer.status, answer.body, answer.url) == (410, b"gone", "http://example.com/")


def test_own_headers_and_cookies_stay_with_their_origin(serve: Callable[..., LoopbackServer]) -> None:
    def answers(request: bytes) -> bytes:
        if request.startswith(b"GET /1"):
            return http(b"", "302 Found", "Location: /2", "Set-Cookie: a=b; Path=/")
        return http() if b"other.example.com" in request else redirect("http://other.example.com/3")

    server = serve(answers)
    Outbound(Names(), Dial(server.port)).fetch("GET", "http://one.example.com/1", headers={"Authorization": "Bearer x"})
    assert [b"Bearer x" in request for request in server.requests] == [True, True, False]
    assert not any(b"cookie" in request.lower() for request in server.requests)


def test_redirects_end(serve: Callable[..., LoopbackServer]) -> None:
    server = serve(lambda request: redirect("/again"))
    assert refused(Outbound(Names(), Dial(server.port)), "http://example.com/").code == "too_many_redirects"
    assert server.connections == 4


def test_a_body_is_capped_whether_its_length_is_told_hidden_or_a_lie(serve: Callable[..., LoopbackServer]) -> None:
    limits = OutboundLimits(body_bytes=1000)
    for head, size in (
        (b"Content-Length: 1001\r\n", 1001),
        (b"Content-Length: 99999999999999999999999\r\n", 10),
        (b"", 5_000_000),
    ):
        server = serve(lambda request, head=head, size=size: b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + b"x" * size)
        outbound = Outbound(Names(), Dial(server.port))
        assert refused(outbound, "http://example.com/", limits=limits).code in ("too_large", "bad_answer")
    exact = serve(lambda request: http(b"x" * 1000))
    assert len(Outbound(Names(), Dial(exact.port)).fetch("GET", "http://example.com/", limits=limits).body) == 1000


def test_a_cut_body_is_no_answer(serve: Callable[..., LoopbackServer]) -> None:
    server = serve(lambda request: b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
    assert refused(Outbound(Names(), Dial(server.port)), "http://example.com/").code == "bad_answer"


def test_a_gzip_bomb_is_never_inflated(serve: Callable[..., LoopbackServer]) -> None:
    bomb = gzip.compress(bytes(300_000_000), 9)
    server = serve(lambda request: http(bomb, "200 OK", "Content-Encoding: gzip"))
    tracemalloc.start()
    try:
        error = refused(
            Outbound(Names(), Dial(server.port)), "http://example.com/", limits=OutboundLimits(body_bytes=1_000_000)
        )
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.code == "too_large"
    assert peak_bytes < 50_000_000


def test_gzip_is_undone_and_other_encodings_are_refused(serve: Callable[..., LoopbackServer]) -> None:
    small = serve(lambda request: http(gzip.compress(b"hello"), "200 OK", "Content-Encoding: gzip"))
    assert Outbound(Names(), Dial(small.port)).fetch("GET", "http://example.com/").body == b"hello"
    for encoding, body in (
        ("br", b"x"),
        ("gzip, gzip", b"x"),
        ("gzip", b"not gzip"),
        ("gzip", gzip.compress(b"a")[:-4]),
    ):
        server = serve(lambda request, e=encoding, b=body: http(b, "200 OK", f"Content-Encoding: {e}"))
        assert refused(Outbound(Names(), Dial(server.port)), "http://example.com/").code == "bad_answer"


def drip(head: bytes) -> Iterator[bytes]:
    """Bytes for over a minute, each soon enough for the limit of a single read."""
    yield head
    for _ in range(900):
        time.sleep(0.1)
        yield b"x"


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"], ids=["head", "body"]
)
def test_a_slow_drip_ends_with_the_clock(serve: Callable[..., LoopbackServer], head: bytes) -> None:
    server = serve(lambda request: drip(head))
    error = refused(
        Outbound(Names(), Dial(server.port)), "http://example.com/", limits=OutboundLimits(total_seconds=0.5)
    )
    assert error.code == "timeout"


def test_a_silent_resolver_ends_with_the_clock() -> None:
    asked_to_stop, answered = threading.Event(), threading.Event()

    def never(host: str, port: int) -> list[str]:
        asked_to_stop.wait(60)
        answered.set()
        return [PUBLIC]

    try:
        error = refused(Outbound(never), "http://example.com/", limits=OutboundLimits(total_seconds=0.2))
        assert error.code == "timeout" and not answered.is_set()
    finally:
        asked_to_stop.set()


def test_what_does_not_exist_or_listen_is_told_apart(serve: Callable[..., LoopbackServer]) -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    server = serve(lambda request: http())
    server.close()
    assert refused(Outbound(nowhere), "http://example.com/").code == "unresolvable"
    assert refused(Outbound(lambda host, port: []), "http://example.com/").code == "unresolvable"
    time.sleep(0.05)
    assert refused(Outbound(Names(), Dial(1)), "http://example.com/").code == "unreachable"


def test_no_text_of_the_other_side_is_repeated(serve: Callable[..., LoopbackServer]) -> None:
    for raw in (b"SSH-2.0-secret\r\n\r\n", b"HTTP/1.1 999999 secret\r\n\r\n", b"secret", b""):
        server = serve(lambda request, raw=raw: raw)
        error = refused(Outbound(Names(), Dial(server.port)), "http://example.com/")
        assert error.code == "bad_answer" and "secret" not in error.text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for photos.example.com, key and certificate in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "photos.example.com")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("photos.example.com")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_tls_is_verified_for_the_name_although_an_address_is_dialled(
    serve: Callable[..., LoopbackServer], certificate: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = serve(lambda request: http(b"private"), context)
    trusting = ssl.create_default_context(cafile=str(certificate))
    outbound = Outbound(Names(), Dial(server.port), trusting)
    assert outbound.fetch("GET", "https://photos.example.com/").body == b"private"
    assert refused(outbound, "https://other.example.com/").code == "unreachable"
    assert refused(Outbound(Names(), Dial(server.port)), "https://photos.example.com/").code == "unreachable"


def test_https_never_falls_back_to_http(serve: Callable[..., LoopbackServer], certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = serve(lambda request: redirect("http://photos.example.com/"), context)
    outbound = Outbound(Names(), Dial(server.port), ssl.create_default_context(cafile=str(certificate)))
    assert refused(outbound, "https://photos.example.com/").code == "url_refused"
    assert server.connections == 1


def test_the_environment_cannot_put_a_proxy_between(
    serve: Callable[..., LoopbackServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = serve(lambda request: http(b"proxy")), serve(lambda request: http(b"direct"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    assert Outbound(Names(), Dial(server.port)).fetch("GET", "http://example.com/").body == b"direct"
    assert proxy.connections == 0
