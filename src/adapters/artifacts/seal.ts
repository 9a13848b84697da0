import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** First byte of what is stored: as it is, or AES-256-GCM behind its nonce. */
const [PLAIN, SEALED] = [0, 1];
const [NONCE_BYTES, TAG_BYTES] = [12, 16];
const CIPHER = 'aes-256-gcm';

/** What is stored of these bytes. `place` is sealed in, so that one file cannot be put in the place of another. */
export function seal(bytes: Uint8Array, place: string, key: Buffer | undefined): Buffer {
  if (!key) return Buffer.concat([Buffer.of(PLAIN), bytes]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(place));
  return Buffer.concat([Buffer.of(SEALED), nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** undefined: sealed with another key or for another place, or changed since. */
export function unseal(stored: Buffer, place: string, key: Buffer | undefined): Buffer | undefined {
  if (stored[0] === PLAIN) return stored.subarray(1);
  if (stored[0] !== SEALED || !key || stored.length < overheadOf(stored)) return undefined;
  const nonce = stored.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(place))
    .setAuthTag(stored.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(stored.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function overheadOf([kind]: Uint8Array): number {
  return kind === SEALED ? 1 + NONCE_BYTES + TAG_BYTES : 1;
}
