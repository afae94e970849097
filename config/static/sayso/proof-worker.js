// Checks one proof away from the page: hashes as in RFC 6962, the texts of C2SP tlog-proof and
// signed-note, Ed25519. Knows nothing of the service but what it is given:
// { proof: text, body: bytes, key: "name+id+key" }. Says { step, state, detail } after each step
// and { verdict } at the end: right, unsigned (no Ed25519 in this browser), wrong or unable.
const HEADER = "c2sp.org/tlog-proof@v1";
const ED25519 = 1;
const bytesOf = (text) => new TextEncoder().encode(text);
const joined = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (one, other) => hex(one) === hex(other);
const hash = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

function base64(text) {
  const found = atob(text);
  if (btoa(found) !== text) throw new Error("base64");
  return Uint8Array.from(found, (letter) => letter.charCodeAt(0));
}

function read(text) {
  const end = text.indexOf("\n\n");
  const lines = text.slice(0, end).split("\n");
  if (end < 0 || lines.shift() !== HEADER) throw new Error("header");
  if (lines[0].startsWith("extra ")) lines.shift();
  const index = /^index (0|[1-9]\d{0,18})$/.exec(lines.shift());
  const note = text.slice(end + 2);
  const gap = note.lastIndexOf("\n\n");
  const head = note.slice(0, gap + 1);
  const [, size, root] = head.split("\n");
  if (!index || gap < 0 || !/^[1-9]\d{0,18}$/.test(size)) throw new Error("note");
  const found = { index: BigInt(index[1]), size: BigInt(size), root: base64(root), head };
  const path = lines.map(base64);
  if ([found.root, ...path].some((part) => part.length !== 32)) throw new Error("hash");
  return { ...found, path, signatures: note.slice(gap + 2).split("\n") };
}

async function rootOf({ index, size, path }, leaf) {
  let node = index, last = size - 1n, found = leaf;
  if (node > last) return null;
  for (const sibling of path) {
    if (last === 0n) return null;
    if (node & 1n || node === last) {
      found = await hash([1], sibling, found);
      while (node !== 0n && !(node & 1n)) { node >>= 1n; last >>= 1n; }
    } else {
      found = await hash([1], found, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? found : null;
}

async function signed({ head, signatures }, key) {
  const [name, id] = key.split("+", 2);
  const raw = base64(key.slice(name.length + id.length + 2));
  const hashed = await hash(bytesOf(`${name}\n`), raw);
  if (raw[0] !== ED25519 || raw.length !== 33 || hex(hashed.slice(0, 4)) !== id) return "wrong";
  const line = signatures.find((one) => one.startsWith(`— ${name} `)
    && hex(base64(one.split(" ")[2]).slice(0, 4)) === id);
  if (!line) return "wrong";
  let opened;
  try {
    opened = await crypto.subtle.importKey("raw", raw.slice(1), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return "skipped";
  }
  const signature = base64(line.split(" ")[2]).slice(4);
  return await crypto.subtle.verify("Ed25519", opened, signature, bytesOf(head)) ? "right" : "wrong";
}

async function check({ proof, body, key }) {
  const say = (step, state, detail = "") => postMessage({ step, state, detail });
  if (!globalThis.crypto?.subtle) return "unable";
  let step = "file";
  try {
    const parts = read(proof);
    say(step, "right");
    step = "entry";
    const leaf = await hash([0], new Uint8Array(body));
    say(step, "right", hex(leaf));
    step = "path";
    const root = await rootOf(parts, leaf);
    if (!root || !same(root, parts.root)) { say(step, "wrong"); return "wrong"; }
    say(step, "right", hex(root));
    step = "signature";
    const state = await signed(parts, key);
    say(step, state, key.split("+", 2).join(" "));
    return state === "skipped" ? "unsigned" : state;
  } catch {
    say(step, "wrong");
    return "wrong";
  }
}

onmessage = async ({ data }) => postMessage({ verdict: await check(data) });
