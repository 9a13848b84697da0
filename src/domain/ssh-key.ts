import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';

/** An ed25519 key pair in OpenSSH's formats. */
export type SshKeyPair = { readonly publicKey: string; readonly privateKey: string };

/** PKCS#8 header of an ed25519 private key; the 32 bytes of the seed follow. @see RFC 8410 */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The key pair of a seed of 32 bytes: the same seed gives the same pair, so that a worker that takes a run over can
 * derive it again and no private key is ever stored.
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
export function sshKeyPair(seed: Uint8Array): SshKeyPair {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const publicBytes = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  const type = Buffer.from('ssh-ed25519');
  const blob = Buffer.concat([field(type), field(publicBytes)]);
  const check = createHash('sha256').update(seed).digest().subarray(0, 4);
  const secret = pad(
    Buffer.concat([
      check,
      check,
      field(type),
      field(publicBytes),
      field(Buffer.concat([seed, publicBytes])),
      field(''),
    ]),
  );
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[field('none'), field('none'), field('')],
    Buffer.from([0, 0, 0, 1]),
    ...[field(blob), field(secret)],
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    publicKey: `ssh-ed25519 ${blob.toString('base64')} strata`,
    privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
  };
}

/** Length in four bytes, then the bytes. */
function field(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Filled up to a multiple of eight with 1, 2, 3, ... */
function pad(bytes: Buffer): Buffer {
  const missing = (8 - (bytes.length % 8)) % 8;
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: missing }, (_, i) => i + 1))]);
}
