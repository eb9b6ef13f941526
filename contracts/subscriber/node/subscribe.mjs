// Receives a scope with the official NATS client for Node and checks it with nothing but Node's own crypto.
//
//   npm install nats && node subscribe.mjs bureau.creds [SECONDS_OF_QUIET] > events.jsonl
//
// Writes the exact bytes of each event, one per line, once a signed checkpoint of the scope covers it. Ends with code 0
// after the given seconds without a message (without them: never), with code 4 where a proof or a root does not hold.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect, nkeyAuthenticator } from "nats";

const [file, quiet] = process.argv.slice(2);
const creds = JSON.parse(readFileSync(file, "utf8"));

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const leafHash = (bytes) => sha256(Buffer.from([0]), bytes);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

function fail(reason) {
  console.error(`subscribe.mjs: ${reason}`);
  process.exit(4);
}

// vkey: name+hex(key id)+base64(algorithm || public key); one per line, the present one first.
const keysOf = (text) => text.split(/\s+/).filter(Boolean).map((vkey) => {
  const [name, id, ...rest] = vkey.split("+");
  const raw = Buffer.from(rest.join("+"), "base64").subarray(1);
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
  return { name, id, key: createPublicKey({ key: der, format: "der", type: "spki" }) };
});

// A signed note: text, empty line, signature lines; the signatures cover the text with its last newline.
function checkpoint(note, keys) {
  const cut = note.lastIndexOf("\n\n");
  const text = note.slice(0, cut + 1);
  let signed = false;
  for (const line of note.slice(cut + 2).trimEnd().split("\n")) {
    const [, name, encoded] = line.split(" ");
    const raw = Buffer.from(encoded, "base64");
    const known = keys.find((key) => key.name === name && key.id === raw.subarray(0, 4).toString("hex"));
    if (!known) continue;
    if (!verify(null, Buffer.from(text), known.key, raw.subarray(4))) fail(`a bad signature of ${name}`);
    signed = true;
  }
  if (!signed) fail("a checkpoint that no known key has signed");
  const [origin, size, root] = text.split("\n");
  return { origin, size: Number(size), root: Buffer.from(root, "base64") };
}

// RFC 9162 2.1.3.2: is this leaf at `index` of the tree of `size` leaves with this root?
function included(leaf, index, size, path, root) {
  let [node, at, last] = [leaf, index, size - 1];
  for (const sibling of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      node = nodeHash(sibling, node);
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    } else {
      node = nodeHash(node, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && node.equals(root);
}

// C2SP tlog-proof: header, index, hashes, empty line, the checkpoint.
function checkProof(text, leaf, origin, index) {
  const cut = text.indexOf("\n\n");
  const [header, indexLine, ...hashes] = text.slice(0, cut).split("\n");
  const signed = checkpoint(text.slice(cut + 2), keysOf(creds.log_vkeys[origin] ?? ""));
  const path = hashes.map((hash) => Buffer.from(hash, "base64"));
  return header === "c2sp.org/tlog-proof@v1" && indexLine === `index ${index}` && signed.origin === origin
    && included(leaf, index, signed.size, path, signed.root);
}

// The scope's own tree: roots of its complete subtrees, largest first.
const scope = { size: 0, edge: [] };
function append(leaf) {
  let [node, full] = [leaf, scope.size];
  while (full % 2 === 1) [node, full] = [nodeHash(scope.edge.pop(), node), Math.floor(full / 2)];
  scope.edge.push(node);
  scope.size += 1;
}
const root = () => scope.edge.reduceRight((right, left) => (right ? nodeHash(left, right) : left), null);

const nats = await connect({
  servers: creds.url, authenticator: nkeyAuthenticator(new TextEncoder().encode(creds.seed)), inboxPrefix: creds.inbox,
});
// What is kept starts at entry 0 here: the durable is asked to begin again.
await nats.request(`$JS.API.CONSUMER.RESET.${creds.stream}.${creds.durable}`, JSON.stringify({ seq: 1 }));
const consumer = await nats.jetstream().consumers.get(creds.stream, creds.durable);
let held = [];
for (;;) {
  const batch = await consumer.fetch({ max_messages: 500, expires: Math.max(1000, Number(quiet ?? 5) * 1000) });
  let heard = false;
  for await (const message of batch) {
    heard = true;
    const header = (name) => message.headers?.get(name) ?? "";
    if (header("Zhucun-Scope") === creds.scope) take(message, header);
    message.ack();
  }
  if (!heard && quiet) break;
}
console.error(`${scope.size} entries, all of them checked`);
await nats.drain();

function take(message, header) {
  const bytes = Buffer.from(message.data);
  if (message.subject.endsWith(".checkpoint")) {
    const signed = checkpoint(bytes.toString("utf8"), keysOf(creds.scope_vkey));
    if (signed.origin !== creds.scope || signed.size > scope.size) fail("entries are missing before a checkpoint");
    if (signed.size < scope.size) return;
    if (!signed.root.equals(root())) fail("the scope's signed root is not the root of what was received");
    for (const line of held) process.stdout.write(Buffer.concat([line, Buffer.from("\n")]));
    held = [];
    return;
  }
  const [entry, index, origin] = [Number(header("Zhucun-Entry")), Number(header("Zhucun-Index")), header("Zhucun-Origin")];
  if (entry < scope.size) return;
  if (entry > scope.size) fail(`entries ${scope.size}..${entry - 1} are missing`);
  const leaf = leafHash(bytes);
  const proof = Buffer.from(header("Zhucun-Proof"), "base64").toString("utf8");
  if (!checkProof(proof, leaf, origin, index)) fail(`entry ${entry} is not proven in ${origin}`);
  append(leafHash(Buffer.from(JSON.stringify({ index, leaf: leaf.toString("hex"), origin }))));
  held.push(bytes);
}
