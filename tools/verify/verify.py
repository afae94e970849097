#!/usr/bin/env python3
"""Checks proofs, checkpoints and copies of a Sayso log without trusting whoever made them.

One file, to be read before it is run: 1. the tree, 2. signatures, 3. the files, 4. the commands.
It needs Python 3.10 or later and the package `cryptography` (for Ed25519), nothing of the service.

Exit status: 0 everything is right; 1 something is not, and the line says what; 2 it could not
be checked (a file is missing, an option is wrong).
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None


class Bad(Exception):
    """What was given is not right: exit status 1."""


class Unusable(Exception):
    """It could not be checked: exit status 2."""


# --- 1. The tree: RFC 6962, section 2.1, and RFC 9162, sections 2.1.3.2 and 2.1.4.2 -------------


def leaf_hash(body):
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that only grows; keeps one hash per height, whatever its size."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def add(self, leaf):
        height, self.size = 0, self.size + 1
        while height < len(self.peaks) and self.peaks[height]:
            leaf = node_hash(self.peaks[height], leaf)
            self.peaks[height] = None
            height += 1
        if height == len(self.peaks):
            self.peaks.append(None)
        self.peaks[height] = leaf

    def root(self):
        found = None
        for peak in self.peaks:
            if peak:
                found = node_hash(peak, found) if found else peak
        return found or hashlib.sha256(b"").digest()


def root_of(hashes):
    tree = Tree()
    for each in hashes:
        tree.add(each)
    return tree.root()


def includes(index, size, leaf, path, root):
    """Whether `path` leads from the leaf at `index` to the root of `size` leaves."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def begins(size1, size2, root1, root2, path):
    """Whether `path` shows that the tree of `size1` leaves is the beginning of that of `size2`."""
    if size1 == size2:
        return not path and root1 == root2
    if not 0 < size1 < size2:
        return False
    path = [root1, *path] if size1 & (size1 - 1) == 0 else path
    if not path:
        return False
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == root1 and new == root2


# --- 2. Signatures: C2SP signed-note, tlog-checkpoint, tlog-cosignature -------------------------

LOG, WITNESS = b"\x01", b"\x04"


class Key:
    """A verification key, `name+id+base64`, given as such or as a file that holds it."""

    def __init__(self, given, kind=LOG):
        literal = given.count("+") >= 2 and not Path(given).exists()
        text = given if literal else read(given).decode("utf-8", "replace")
        try:
            self.name, identifier, encoded = text.strip().split("+", 2)
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise Unusable(f"This is no verification key (name+id+base64): {given}") from None
        self.kind, self.public = key[:1], key[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + key).digest()[:4]
        if self.kind != kind or len(self.public) != 32 or self.id.hex() != identifier:
            whom = "log" if kind == LOG else "witness"
            raise Unusable(f"This is damaged, or no Ed25519 key of a {whom}: {given}")

    def signed(self, text, signature):
        """Whether this key made `signature` over `text`."""
        if Ed25519PublicKey is None:
            raise Unusable("Signatures need the package cryptography: pip install cryptography")
        if self.kind == WITNESS:
            # A cosignature begins with its time, eight bytes, which is signed too.
            stamp, signature = signature[:8], signature[8:]
            text = f"cosignature/v1\ntime {int.from_bytes(stamp, 'big')}\n{text}"
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class Checkpoint:
    """A signed head: origin, size, root. Raises Bad unless `key` and enough witnesses signed it."""

    def __init__(self, note, key, witnesses=(), quorum=0):
        text, separator, signatures = note.rpartition("\n\n")
        text += "\n"
        if not separator or not signatures.endswith("\n"):
            raise Bad("A checkpoint is a text, an empty line and signature lines.")
        lines = [line.split(" ") for line in signatures[:-1].split("\n")]
        if any(len(line) != 3 or line[0] != "\u2014" for line in lines):
            raise Bad("A line of the signatures is damaged.")
        made = [(name, unbase64(encoded)) for _, name, encoded in lines]
        if not _signed_by(key, text, made):
            raise Bad(f"The checkpoint is not signed by {key.name}.")
        self.cosigned = [w.name for w in witnesses if _signed_by(w, text, made)]
        if len(self.cosigned) < quorum:
            raise Bad(f"{len(self.cosigned)} of the witnesses cosigned, {quorum} are needed.")
        parts = text.split("\n")
        if len(parts) < 4:
            raise Bad("A checkpoint begins with origin, size and root.")
        self.origin, self.size, self.root = parts[0], whole(parts[1]), unhash(parts[2])
        if self.origin != key.name:
            raise Bad(f"This is a checkpoint of {self.origin}, not of {key.name}.")

    def __str__(self):
        witnessed = f", cosigned by {', '.join(self.cosigned)}" if self.cosigned else ""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}, {self.size} events, root {root}{witnessed}"


def _signed_by(key, text, made):
    mine = [each[4:] for name, each in made if name == key.name and each[:4] == key.id]
    for signature in mine:
        if not key.signed(text, signature):
            raise Bad(f"The signature of {key.name} does not fit the checkpoint.")
    return bool(mine)


# --- 3. The files: C2SP tlog-proof, tlog-witness (for consistency), tlog-tiles ------------------


def read(path):
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from None


def read_text(path):
    try:
        return read(path).decode()
    except UnicodeDecodeError:
        raise Bad(f"{path} is not text in UTF-8.") from None


def unbase64(text):
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        found = b""
    if not found or base64.b64encode(found).decode() != text:
        raise Bad("Base64 was expected, in its one right form.")
    return found


def unhash(text):
    found = unbase64(text)
    if len(found) != 32:
        raise Bad("A hash has 32 bytes.")
    return found


def whole(text):
    if len(text) > 19 or not (text.isascii() and text.isdigit()) or text != str(int(text)):
        raise Bad("A whole number was expected, in its one right form.")
    return int(text)


def number_after(word, line):
    name, _, digits = line.partition(" ")
    if name != word:
        raise Bad(f"A line '{word} NUMBER' was expected.")
    return whole(digits)


def read_proof(path):
    """(index, path, note, body or None) of a .tlog-proof, or of the JSON of the service."""
    text = read_text(path)
    if text.startswith("{"):
        try:
            found = json.loads(text)
            body = found.get("body")
            hashes = [unhash(each) for each in found["proof"]]
            index, note = found["index"], found["checkpoint"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Bad("The JSON is no proof: it lacks index, proof or checkpoint.") from None
        if type(index) is not int or not isinstance(note, str):
            raise Bad("The JSON is no proof: its index is a number, its checkpoint a text.")
        return index, hashes, note, unbase64(body) if body else None
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Bad("A proof begins with c2sp.org/tlog-proof@v1.")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    index = number_after("index", lines.pop(0) if lines else "")
    return index, [unhash(line) for line in lines], note, None


class Tiles:
    """A folder of tiles, read as the tree of `size` leaves; 256 hashes make a full tile."""

    def __init__(self, folder, size):
        self.folder, self.size = Path(folder), size

    def width(self, level, number):
        return max(0, min(256, (self.size >> (8 * level)) - 256 * number))

    def numbers(self, level):
        return range(((self.size >> (8 * level)) + 255) // 256)

    def find(self, kind, number, width):
        """Name, bytes and width of tile/KIND/x001/x234/067, or of its beginning, .p/WIDTH.

        A tile that has grown since may stand for what it was.
        """
        digits = f"{number:0{(len(str(number)) + 2) // 3 * 3}d}"
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        name = "/".join(["tile", str(kind), *(f"x{group}" for group in groups[:-1]), groups[-1]])
        names = [*(f"{name}.p/{part}" for part in range(width, 256)), name]
        for holds, each in enumerate(names, width):
            if (self.folder / each).is_file():
                return each, read(self.folder / each), holds
        raise Bad(f"{names[0]} is missing.")

    def hashes(self, level, number):
        width = self.width(level, number)
        name, content, holds = self.find(level, number, width)
        if len(content) != 32 * holds:
            raise Bad(f"{name} has {len(content)} bytes, {32 * holds} were expected.")
        return [content[i : i + 32] for i in range(0, 32 * width, 32)]

    def bodies(self, number):
        """The events of one file of entries; each is preceded by its length in two bytes."""
        name, content, holds = self.find("entries", number, self.width(0, number))
        found, at = [], 0
        while len(found) < holds:
            end = at + 2 + int.from_bytes(content[at : at + 2], "big")
            if at + 2 > len(content) or end > len(content):
                raise Bad(f"{name} ends within the event of index {256 * number + len(found)}.")
            found.append(content[at + 2 : end])
            at = end
        if at != len(content):
            raise Bad(f"{name} has bytes after its last event, index {256 * number + holds - 1}.")
        return found[: self.width(0, number)]

    def node(self, height, index):
        """The hash over the 2**height leaves from index * 2**height on."""
        level, above = divmod(height, 8)
        number, start = divmod(index << above, 256)
        return root_of(self.hashes(level, number)[start : start + (1 << above)])

    def root(self, start, end):
        size = end - start
        if size & (size - 1) == 0:
            height = size.bit_length() - 1
            return self.node(height, start >> height)
        split = start + (1 << (size - 1).bit_length() - 1)
        return node_hash(self.root(start, split), self.root(split, end))

    def consistency(self, size1, start, end, whole=True):
        """The proof that `size1` leaves begin the tree: RFC 9162, section 2.1.4.1."""
        if size1 == end:
            return [] if whole else [self.root(start, end)]
        split = start + (1 << (end - start - 1).bit_length() - 1)
        if size1 <= split:
            return [*self.consistency(size1, start, split, whole), self.root(split, end)]
        return [*self.consistency(size1, split, end, False), self.root(start, split)]


# --- 4. The commands ----------------------------------------------------------------------------


def signed_head(note, options):
    witnesses = [Key(each, WITNESS) for each in options.witness]
    if len({each.public for each in witnesses}) < len(witnesses):
        raise Unusable("One witness is named twice.")
    quorum = len(witnesses) if options.quorum is None else options.quorum
    if not 0 <= quorum <= len(witnesses):
        raise Unusable("The quorum is a number up to that of the witnesses named by --witness.")
    return Checkpoint(note, Key(options.vkey), witnesses, quorum)


def check_checkpoint(options):
    return str(signed_head(read_text(options.checkpoint), options))


def check_proof(options):
    index, path, note, body = read_proof(options.proof)
    if options.leaf:
        body = read(options.leaf)
    if body is None and not options.leaf_hash:
        raise Unusable("Give the bytes of the event (--leaf FILE), or its hash (--leaf-hash).")
    leaf = leaf_hash(body) if body is not None else unhash(options.leaf_hash)
    if options.leaf_hash and unhash(options.leaf_hash) != leaf:
        raise Bad("The bytes of the event do not have the hash that was given.")
    head = signed_head(note, options)
    if not includes(index, head.size, leaf, path, head.root):
        raise Bad(f"This is not the event of index {index} in the log of {head}.")
    what = "this event" if body is not None else "an event of this hash"
    return f"{what} has index {index} in the log of {head}"


def check_consistency(options):
    old = Checkpoint(read_text(options.old), Key(options.vkey))
    if options.proof:
        lines, _, note = read_text(options.proof).partition("\n\n")
        first, *path = lines.split("\n")
        if number_after("old", first) != old.size:
            raise Bad(f"The proof starts from another size than {old.size}.")
        path = [unhash(line) for line in path]
    else:
        note = read_text(Path(options.tiles) / "checkpoint")
    if options.new:
        note = read_text(options.new)
    new = signed_head(note, options)
    if new.size < old.size:
        raise Unusable("Name the earlier checkpoint first.")
    if options.tiles:
        tiles = Tiles(options.tiles, new.size)
        path = tiles.consistency(old.size, 0, new.size) if old.size else []
    if not begins(old.size, new.size, old.root, new.root, path):
        raise Bad(
            f"The log of {old.size} events is not shown to be the beginning of that of {new.size}. "
            "If proof or tiles are complete, history was rewritten: keep both checkpoints."
        )
    return f"{old.size} events are the beginning of {new}"


def event_name(index, body):
    try:
        return f"index {index}, event {json.loads(body)['id']}"
    except (ValueError, KeyError, TypeError, RecursionError):
        return f"index {index}"


def check_log(options):
    """Every event, every tile, every checkpoint that was named; the first bad one is told."""
    folder = Path(options.folder)
    head = signed_head(read_text(folder / "checkpoint"), options)
    kept = [Checkpoint(read_text(each), Key(options.vkey)) for each in options.kept]
    for each in kept:
        if each.size > head.size:
            raise Bad(f"A kept checkpoint has {each.size} events, this log only {head.size}.")
    if (folder / "tile").is_dir():
        removed = check_tiles(Tiles(folder, head.size), [*kept, head], options.bodies_from)
    elif (folder / "events.jsonl").is_file():
        removed = check_list(folder / "events.jsonl", [*kept, head])
    elif head.size:
        raise Unusable(f"{folder} holds neither tile/ nor events.jsonl.")
    else:
        removed = 0
    gone = f", {removed} of them by their hash alone (removed, below --bodies-from)"
    return f"{head}{gone if removed else ''}"


def check_tiles(tiles, heads, bodies_from):
    heads, tree, first_bad, removed = sorted(heads, key=lambda each: each.size), Tree(), None, 0
    for number in tiles.numbers(0):
        for leaf, body in zip(tiles.hashes(0, number), tiles.bodies(number), strict=True):
            if not body and tree.size < bodies_from:
                removed += 1
            elif not body:
                raise Bad(f"The event of index {tree.size} was removed, or not handed over.")
            elif leaf_hash(body) != leaf and first_bad is None:
                first_bad = event_name(tree.size, body)
            tree.add(leaf)
            while heads and heads[0].size == tree.size:
                compare_root(tree, heads.pop(0), first_bad)
    if first_bad:
        raise Bad(f"The tiles are as signed, and this event is not: {first_bad}.")
    for level in range(1, (tiles.size.bit_length() + 7) // 8):
        for number in tiles.numbers(level):
            for at, above in enumerate(tiles.hashes(level, number), 256 * number):
                if root_of(tiles.hashes(level - 1, at)) != above:
                    raise Bad(f"Tile {level}/{number} does not fit tile {level - 1}/{at} below it.")
    return removed


def compare_root(tree, head, first_bad):
    if tree.root() == head.root:
        return
    if first_bad:
        raise Bad(f"This event or its hash in the tiles was changed: {first_bad}.")
    raise Bad(
        f"Among the first {head.size} events at least one is not as it was signed: "
        "events and tiles were rewritten together."
    )


def check_list(path, heads):
    """A list as officers export it, without filters: one JSON object a line, in any order."""
    leaves = {}
    for line in path.open("rb"):
        try:
            row = json.loads(line)
            place, body = row["place"], row["body_base64"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Bad(f"A line of {path.name} has no place or no body_base64.") from None
        if not body or type(place) not in (int, type(None)):
            raise Bad(f"The event of index {place} is damaged.")
        if place is not None:
            if place in leaves:
                raise Bad(f"Two events have index {place}.")
            leaves[place] = leaf_hash(unbase64(body))
    tree = Tree()
    for head in sorted(heads, key=lambda each: each.size):
        while tree.size < head.size:
            if tree.size not in leaves:
                raise Bad(f"The event of index {tree.size} is missing. Was a filter set?")
            tree.add(leaves[tree.size])
        compare_root(tree, head, None)
    return 0


def parser():
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--vkey", required=True, help="verification key of the log, or the file that holds it"
    )
    shared.add_argument(
        "--witness", action="append", default=[], metavar="VKEY", help="key of a witness; repeat"
    )
    shared.add_argument(
        "--quorum", type=int, help="how many of the witnesses must have cosigned; default: all"
    )
    top = argparse.ArgumentParser(
        description="Check proofs, checkpoints and copies of a Sayso log.",
        epilog="Exit status: 0 right, 1 not right, 2 could not be checked. VERB --help tells more.",
    )
    verbs = top.add_subparsers(required=True, metavar="VERB")

    def verb(name, run, about):
        made = verbs.add_parser(name, parents=[shared], help=about, description=about)
        made.set_defaults(run=run)
        return made

    made = verb("checkpoint", check_checkpoint, "A checkpoint is signed, and cosigned.")
    made.add_argument("checkpoint", help="the file `checkpoint`")
    made = verb("proof", check_proof, "One event is in the log.")
    made.add_argument("proof", help="a .tlog-proof, or the proof as JSON")
    made.add_argument("--leaf", metavar="FILE", help="the bytes of the event")
    made.add_argument("--leaf-hash", metavar="BASE64", help="its hash, where the bytes are not")
    made = verb("consistency", check_consistency, "A log only grew between two checkpoints.")
    made.add_argument("old", help="the earlier checkpoint")
    how = made.add_mutually_exclusive_group(required=True)
    how.add_argument("--proof", metavar="FILE", help="the proof, from /v1/log/consistency")
    how.add_argument("--tiles", metavar="FOLDER", help="holds checkpoint and tile/")
    made.add_argument("--new", metavar="FILE", help="another later checkpoint than theirs")
    made = verb("log", check_log, "A copy of the whole log is as it was signed.")
    made.add_argument("folder", help="holds checkpoint, and tile/ or events.jsonl")
    made.add_argument(
        "--kept", action="append", default=[], metavar="FILE", help="a checkpoint kept before"
    )
    made.add_argument(
        "--bodies-from",
        type=int,
        default=0,
        metavar="INDEX",
        help="events below may have been removed when their time was over",
    )
    return top


def main():
    options = parser().parse_args()
    try:
        print(f"OK: {options.run(options)}.")
    except Bad as problem:
        print(f"BAD: {problem}")
        return 1
    except Unusable as problem:
        print(f"ERROR: {problem}", file=sys.stderr)
        return 2
    except Exception as problem:
        # Because a surprise must never look like a verdict.
        print(f"ERROR: {type(problem).__name__}: {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
