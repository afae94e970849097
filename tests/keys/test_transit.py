"""The root key from a transit engine, against a stub that speaks the documented protocol."""

import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command

from keys import actions, queries, store, transit, transit_address
from keys.envelope import open_, seal
from keys.errors import BoxRefused, KeyStoreLost, KeyStoreUnavailable, KeyStoreUnsafe

PERSON = UUID(int=5)
TOKEN = "hvs.secret"


class Engine(ThreadingHTTPServer):
    """`transit` with one key of several versions; `status` other than 200 is its mood."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Calls)
        self.versions, self.status, self.calls = [bytes(31) + b"\x01"], 200, list[str]()
        self.namespace: str | None = None


class Calls(BaseHTTPRequestHandler):
    server: Engine

    def do_POST(self) -> None:
        self.server.namespace = self.headers["X-Vault-Namespace"]
        fields = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        *mount, verb, name = self.path.removeprefix("/v1/").split("/")
        self.server.calls.append(verb)
        if self.server.status != 200:
            self._say(self.server.status, {"errors": ["Vault is sealed, secret detail"]})
        elif self.headers["X-Vault-Token"] != TOKEN:
            self._say(403, {"errors": ["permission denied"]})
        elif mount != ["transit"] or name != "sayso":
            self._say(404, {"errors": []})
        else:
            try:
                self._say(200, {"data": getattr(self, f"_{verb}")(fields)})
            except BoxRefused:
                self._say(400, {"errors": ["invalid ciphertext"]})

    def _encrypt(self, fields: dict[str, str]) -> dict[str, object]:
        return self._sealed(b64decode(fields["plaintext"]))

    def _decrypt(self, fields: dict[str, str]) -> dict[str, object]:
        return {"plaintext": b64encode(self._opened(fields["ciphertext"])).decode()}

    def _rewrap(self, fields: dict[str, str]) -> dict[str, object]:
        return self._sealed(self._opened(fields["ciphertext"]))

    def _sealed(self, plaintext: bytes) -> dict[str, object]:
        version = len(self.server.versions)
        box = seal(self.server.versions[-1], plaintext, aad=b"")
        text = f"vault:v{version}:{b64encode(box).decode()}"
        return {"ciphertext": text, "key_version": version}

    def _opened(self, ciphertext: str) -> bytes:
        _, version, text = ciphertext.split(":")
        return open_(self.server.versions[int(version[1:]) - 1], b64decode(text), aad=b"")

    def _say(self, status: int, answer: dict[str, object]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def engine(keystore: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A running stub, named to the store."""
    served = Engine()
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    token = tmp_path / "token"
    token.write_text(TOKEN + "\n")
    token.chmod(0o600)
    monkeypatch.setenv("KEK_TRANSIT_URL", f"http://127.0.0.1:{served.server_port}")
    monkeypatch.setenv("KEK_TRANSIT_TOKEN_FILE", str(token))
    monkeypatch.setattr(transit, "_PATIENCE", 0.0)
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


def restarted(keystore: Path) -> None:
    """The process starts again."""
    store._OPEN.pop(keystore, None)
    transit._KNOWN.clear()


def test_one_call_at_the_start_and_none_per_read(keystore: Path, engine: Engine) -> None:
    actions.create_data_keys([PERSON])
    key = queries.data_key(PERSON)
    assert (keystore / "root").read_bytes().startswith(b"vault:v1:")
    assert not (keystore.parent / "kek").exists()
    restarted(keystore)
    engine.calls.clear()
    for _ in range(5):
        assert queries.data_key(PERSON) == key
    assert engine.calls == ["decrypt"]


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "ciphertext"),
        (403, "token"),
        (404, "mount"),
        (429, "often"),
        (503, "sealed"),
        (500, "log"),
    ],
)
def test_an_engine_that_refuses_is_told_and_nothing_is_lost(
    keystore: Path, engine: Engine, status: int, says: str
) -> None:
    actions.create_data_keys([PERSON])
    key, held = queries.data_key(PERSON), (keystore / "root").read_bytes()
    restarted(keystore)
    engine.status = status
    with pytest.raises(KeyStoreUnavailable, match=says) as refusal:
        queries.data_key(PERSON)
    assert "secret" not in str(refusal.value)
    with pytest.raises(KeyStoreUnavailable):
        actions.rotate(progress=print)
    engine.status = 200
    assert (keystore / "root").read_bytes() == held
    assert queries.data_key(PERSON) == key


def test_a_refusal_is_remembered_for_a_moment(
    keystore: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.create_data_keys([PERSON])
    restarted(keystore)
    monkeypatch.setattr(transit, "_PATIENCE", 30.0)
    engine.status = 503
    engine.calls.clear()
    for _ in range(3):
        with pytest.raises(KeyStoreUnavailable, match="sealed"):
            queries.data_key(PERSON)
    assert engine.calls == ["decrypt"]
    transit._REFUSED.clear()


def test_a_new_root_key_and_a_new_version_of_the_engine_s_key(
    keystore: Path, engine: Engine
) -> None:
    actions.create_data_keys([PERSON])
    key, first = queries.data_key(PERSON), (keystore / "root").read_bytes()
    assert actions.rewrap() is False
    engine.versions.append(bytes(31) + b"\x02")
    assert actions.rewrap() is True
    second = (keystore / "root").read_bytes()
    assert second.startswith(b"vault:v2:")
    call_command("keys", "rotate")
    assert (keystore / "root").read_bytes() not in {first, second}
    assert not (keystore / "root.next").exists()
    engine.versions[0] = bytes(32)
    restarted(keystore)
    assert queries.data_key(PERSON) == key


def test_a_wrapped_root_key_that_was_lost_is_not_made_anew(keystore: Path, engine: Engine) -> None:
    actions.create_data_keys([PERSON])
    (keystore / "root").unlink()
    restarted(keystore)
    with pytest.raises(KeyStoreLost, match="restore it"):
        queries.data_key(PERSON)
    assert not (keystore / "root").exists()


@pytest.mark.parametrize(
    "address", ["http://vault.example:8200", "ftp://127.0.0.1", "http://8.8.8.8", "vault:8200"]
)
def test_the_token_goes_to_no_address_that_others_can_read(
    keystore: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("KEK_TRANSIT_URL", address)
    with pytest.raises(KeyStoreUnsafe, match="https"):
        queries.check()


def test_token_and_address_are_asked_for_by_name(
    keystore: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KEK_TRANSIT_NAMESPACE", "shop/privacy")
    queries.check()
    assert engine.namespace == "shop/privacy"
    restarted(keystore)
    (tmp_path / "token").chmod(0o640)
    with pytest.raises(KeyStoreUnsafe, match="chmod 600"):
        queries.check()
    monkeypatch.delenv("KEK_TRANSIT_TOKEN_FILE")
    with pytest.raises(KeyStoreUnavailable, match="KEK_TRANSIT_TOKEN_FILE"):
        queries.check()


def test_an_engine_that_is_down_or_silent_does_not_hang_us(
    keystore: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transit_address, "SECONDS", 0.2)
    monkeypatch.setenv("KEK_TRANSIT_URL", "http://127.0.0.1:1")
    with pytest.raises(KeyStoreUnavailable, match="does not answer"):
        queries.check()
