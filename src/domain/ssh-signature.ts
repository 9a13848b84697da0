import { createHash, createPublicKey, verify } from 'node:crypto';

const MAGIC = 'SSHSIG';
const TYPE = 'ssh-ed25519';
const KEY_LINE = /^ssh-ed25519 ([A-Za-z0-9+/]{68}) *([^\r\n]*)$/;
const ARMOUR = /^-----BEGIN SSH SIGNATURE-----\s([A-Za-z0-9+/=\s]{1,2000})-----END SSH SIGNATURE-----\s*$/;
/** DER header of an ed25519 public key; its 32 bytes follow. @see RFC 8410 */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** True for a line as `ssh-keygen` writes it into `id_ed25519.pub`. */
export function isPublicKey(line: string): boolean {
  return blobOf(line) !== undefined;
}

/** What people compare, as `ssh-keygen -l` prints it: `SHA256:...`. @throws Error for what is no public key */
export function fingerprintOf(line: string): string {
  const blob = blobOf(line);
  if (!blob) throw new Error('taking a fingerprint: no ed25519 public key');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/**
 * True when this is the signature of `text` by this key for this namespace, as `ssh-keygen -Y sign` makes it; false for
 * anything else, malformed or not.
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
 */
export function isSignedBy(
  line: string,
  signature: string,
  { text, namespace }: { readonly text: string; readonly namespace: string },
): boolean {
  const blob = blobOf(line);
  const parts = partsOf(signature);
  if (!blob || !parts?.key.equals(blob) || parts.namespace !== namespace) return false;
  if (!['sha256', 'sha512'].includes(parts.hash)) return false;
  const signed = Buffer.concat([
    Buffer.from(MAGIC),
    ...[namespace, '', parts.hash, createHash(parts.hash).update(text).digest()].map(field),
  ]);
  const key = createPublicKey({ key: Buffer.concat([SPKI, blob.subarray(-32)]), format: 'der', type: 'spki' });
  return verify(undefined, signed, key, parts.bytes);
}

/** The key as it stands on the wire; undefined for any other line. */
function blobOf(line: string): Buffer | undefined {
  const blob = Buffer.from(KEY_LINE.exec(line.trim())?.[1] ?? '', 'base64');
  const { value: type, rest } = take(blob);
  return type?.toString() === TYPE && take(rest).value?.length === 32 ? blob : undefined;
}

type Parts = { readonly key: Buffer; readonly namespace: string; readonly hash: string; readonly bytes: Buffer };

function partsOf(armoured: string): Parts | undefined {
  const whole = Buffer.from(ARMOUR.exec(armoured)?.[1] ?? '', 'base64');
  const head = Buffer.concat([Buffer.from(MAGIC), Buffer.from([0, 0, 0, 1])]);
  if (!whole.subarray(0, head.length).equals(head)) return undefined;
  const key = take(whole.subarray(head.length));
  const namespace = take(key.rest);
  const reserved = take(namespace.rest);
  const hash = take(reserved.rest);
  const signature = take(hash.rest);
  const type = take(signature.value ?? Buffer.alloc(0));
  const bytes = take(type.rest);
  if (type.value?.toString() !== TYPE || !key.value || !namespace.value || !hash.value || !bytes.value)
    return undefined;
  return { key: key.value, namespace: namespace.value.toString(), hash: hash.value.toString(), bytes: bytes.value };
}

/** One field: its length in four bytes, then the bytes. `value` is undefined where it is cut short. */
function take(from: Buffer): { readonly value: Buffer | undefined; readonly rest: Buffer } {
  const length = from.length < 4 ? Number.POSITIVE_INFINITY : from.readUInt32BE(0);
  if (from.length < 4 + length) return { value: undefined, rest: Buffer.alloc(0) };
  return { value: from.subarray(4, 4 + length), rest: from.subarray(4 + length) };
}

function field(value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
