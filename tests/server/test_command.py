"""``xlperf server``: what it needs, where it listens, what it says."""

import datetime as dt
import ipaddress
import ssl
import sys
import urllib.request

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.server.service import command, free_port, running
from xlperf.cli import run
from xlperf.core.errors import InputError
from xlperf.declarations.source import texts_of
from xlperf.server.listening import Listening, manifest, start

WITHOUT = "import sys; sys.modules[{name!r}] = None"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for this machine, as a tool would make it: its file and its key's."""
    folder = tmp_path_factory.mktemp("证书")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *plain))
    return folder / "cert.pem", folder / "key.pem"


def test_https_with_a_certificate_of_ones_own(certificate, tmp_path):
    cert, key = certificate
    with running(tmp_path, "--cert", str(cert), "--key", str(key)) as (service, process):
        trusting = ssl.create_default_context(cafile=str(cert))
        address = f"https://localhost:{service.port}/manifest.xml"
        with urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusting)
        ).open(address, timeout=30) as answer:
            assert answer.read() == manifest(f"https://localhost:{service.port}")
        process.terminate()
        said = process.stderr.read()
    assert f"https://localhost:{service.port}" in said
    assert "注意" not in said


def test_office_js_from_a_folder(tmp_path):
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "office.js").write_text("// 1", "utf-8")
    with running(tmp_path, "--http", "--office-js", str(tmp_path / "office")) as (service, _):
        assert 'src="/office-js/office.js"' in service.ask("GET", "/taskpane.html").body.decode()
        assert service.ask("GET", "/office-js/office.js").body == b"// 1"
        assert service.ask("GET", "/office-js/../cert.pem").status == 404


def test_without_a_licence_nothing_starts(tmp_path):
    ended = command("server", "start", "--http", home=tmp_path)
    assert ended.returncode == 2
    assert "XLWINGS_LICENSE_KEY" in ended.stderr
    assert "PolyForm Noncommercial" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("name", ["fastapi", "uvicorn"])
def test_without_the_extra_nothing_starts(name, monkeypatch):
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "xlperf.server.app", raising=False)
    with pytest.raises(InputError, match=rf"{name}.*xlperf\[server\]"):
        start(Listening("127.0.0.1", free_port(), insecure=True), print)


def test_a_manifest_needs_neither(tmp_path):
    before = ";".join(WITHOUT.format(name=name) for name in ("fastapi", "uvicorn", "xlwings"))
    ended = command("server", "manifest", "--port", "9000", home=tmp_path, before=before)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert (tmp_path / "manifest.xml").read_bytes() == manifest("https://localhost:9000")


def test_a_manifest_is_not_replaced_nor_made_for_http(tmp_path, capsys):
    path = tmp_path / "清单.xml"
    path.write_text("我的", "utf-8")
    assert run(["server", "manifest", "-o", str(path)]) == 2
    assert "已经存在" in capsys.readouterr().err
    assert run(["server", "manifest", "-o", str(path), "--force", "--url", "http://a"]) == 2
    assert "https" in capsys.readouterr().err
    assert path.read_text("utf-8") == "我的"
    assert run(["server", "manifest", "-o", str(path), "--force", "--url", "https://a"]) == 0
    assert path.read_bytes() == manifest("https://a")


def test_the_default_is_this_machine():
    assert ipaddress.ip_address(texts_of("server")["listen"]["host"]).is_loopback


@pytest.mark.parametrize(
    ("host", "local", "base"),
    [
        ("127.0.0.1", True, "https://localhost:8"),
        ("::1", True, "https://localhost:8"),
        ("localhost", True, "https://localhost:8"),
        ("192.168.1.5", False, "https://192.168.1.5:8"),
        ("fd00::5", False, "https://[fd00::5]:8"),
        ("jixiao", False, "https://jixiao:8"),
    ],
)
def test_where_excel_finds_it(host, local, base):
    listening = Listening(host, 8)
    assert (listening.is_local, listening.base) == (local, base)


def test_everywhere_needs_a_name(tmp_path):
    with pytest.raises(InputError, match="--url"):
        _ = Listening("0.0.0.0", 8).base
    assert Listening("0.0.0.0", 8, "https://jixiao.example.cn").base == "https://jixiao.example.cn"


def test_other_addresses_are_warned_of(tmp_path):
    with running(tmp_path, "--http", "--host", "0.0.0.0", "--url", "https://jixiao") as (service, process):
        assert service.ask("GET", "/manifest.xml", headers={"Host": "jixiao"}).status == 200
        assert service.ask("GET", "/manifest.xml", headers={"Host": "other"}).status == 400
        behind_a_proxy = {"Host": "jixiao", "Origin": "https://jixiao"}
        assert service.ask("GET", "/functions.js", headers=behind_a_proxy).status == 200
        stranger = {"Host": "jixiao", "Origin": "http://other"}
        assert service.ask("GET", "/functions.js", headers=stranger).status == 403
        process.terminate()
        assert "注意：0.0.0.0 不是本机地址" in process.stderr.read()


def test_options_that_do_not_fit_together(certificate, tmp_path):
    cert, key = certificate
    for listening, said in (
        (Listening("127.0.0.1", 8), "只接受 https"),
        (Listening("127.0.0.1", 8, cert=cert), "一起给出"),
        (Listening("127.0.0.1", 8, cert=cert, key=key, insecure=True), "不能一起用"),
        (Listening("127.0.0.1", 8, cert=key, key=cert), "用不了"),
        (Listening("127.0.0.1", 8, cert=tmp_path / "无", key=key), "用不了"),
    ):
        with pytest.raises(InputError, match=said):
            start(listening, print)


def test_a_taken_port_is_reported(service):
    for port in (service.port, 70_000):
        with pytest.raises(InputError, match=f"端口 {port} 用不了"):
            start(Listening("127.0.0.1", port, insecure=True), print)
