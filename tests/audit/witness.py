"""A small witness over HTTP on loopback: C2SP tlog-witness, with its state in a file.

It can be told to lie, to be slow and to die after it has kept a checkpoint.
"""

import json
import threading
from base64 import b64decode, b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import sleep, time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.algorithms import COSIGNATURE, timed
from audit.checkpoints import BadCheckpoint, Checkpoint, VerifierKey, open_note, parse
from audit.merkle import verify_consistency

Answer = tuple[int, str]


class Cosigner:
    """Signs texts as seen at a time (seconds since 1970); `seed` has 32 bytes."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, self._private.public_key().public_bytes_raw(), COSIGNATURE)

    def line(self, text: str, seconds: int) -> str:
        """The signature line, without its newline."""
        signature = self._private.sign(timed(seconds, text.encode()))
        encoded = b64encode(self.key.id + seconds.to_bytes(8) + signature).decode()
        return f"— {self.key.name} {encoded}"


class SmallWitness:
    """Trusts the log key `log`; `seed` (32 bytes) makes its own key."""

    def __init__(self, name: str, seed: bytes, log: VerifierKey, state: Path) -> None:
        self._cosigner = Cosigner(name, seed)
        self.key = self._cosigner.key
        self.log = log
        self.state = state
        self.answers: list[int] = []
        self.clock = lambda: int(time())
        # What it does wrong, if anything.
        self.always: Answer | None = None
        self.signs_another_text = False
        self.dies_after_keeping = False
        self.seconds_late = 0.0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/w"

    @property
    def size(self) -> int:
        return int(self._kept()["size"])

    def named(self, name: str) -> str:
        """Its line in a policy."""
        return f"witness {name} {self.key} {self.url}\n"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _kept(self) -> dict[str, str | int]:
        if not self.state.exists():
            return {"size": 0, "root": ""}
        return dict(json.loads(self.state.read_text()))

    def answer(self, body: str) -> Answer:
        """The rules of add-checkpoint in their order."""
        if self.always is not None:
            return self.always
        head, _, note = body.partition("\n\n")
        first, *proof = head.split("\n")
        if not first.startswith("old "):
            return 400, ""
        old = int(first.removeprefix("old "))
        if note.split("\n")[0] != self.log.name:
            return 404, ""
        try:
            text = open_note(note, self.log)
        except BadCheckpoint:
            return 403, ""
        head_ = parse(text)
        if old > head_.size:
            return 400, ""
        with self._lock:
            return self._against(old, [b64decode(each) for each in proof], head_, text)

    def _against(self, old: int, proof: list[bytes], head: Checkpoint, text: str) -> Answer:
        kept = self._kept()
        if old != kept["size"]:
            return 409, f"{kept['size']}\n"
        if old and not verify_consistency(
            old, head.size, b64decode(str(kept["root"])), head.root, proof
        ):
            return 422, ""
        draft = self.state.with_suffix(".draft")
        draft.write_text(json.dumps({"size": head.size, "root": b64encode(head.root).decode()}))
        draft.replace(self.state)
        if self.dies_after_keeping:
            return 0, ""
        return 200, self._line(text)

    def _line(self, text: str) -> str:
        said = text.replace("\n", "\nnot ", 1) if self.signs_another_text else text
        return self._cosigner.line(said, self.clock()) + "\n"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        witness = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                sleep(witness.seconds_late)
                status, text = (
                    witness.answer(body) if self.path == "/w/add-checkpoint" else (404, "")
                )
                witness.answers.append(status)
                if not status:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                pass

        return Handler
