const MASK = '[redacted]';
const MOST_ROUNDS = 8;

/** Names whose value is a secret wherever they stand before `=`, a quoted `:` or a bare `:`. */
const SECRET_NAMES =
  'pass(?:word|wd|phrase)|pwd|adminpass|secret(?:[_-]?(?:access)?[_-]?key)?|client-key-data|(?:private|api|access|certificate)[_-]?key';
/** Names that also stand in sentences (`asking for a token: 401`), so that a bare `:` after them means nothing. */
const WORDY_NAMES = '(?:auth|access|refresh|subject|bearer|bot|app)?[_-]?token';
/** A quote, as it stands in JSON that is a string of other JSON, how deep ever. */
const QUOTE = String.raw`(?:\\{0,7}["'])?`;
/** With escaped quotes, with plain ones; each to the end of the line where the end was cut off. */
const QUOTED = String.raw`(?<deep>\\{1,7})"(?:[^\n]{1,4096}?(?<!\\)\k<deep>"|[^\n\\"]{1,4096})|"(?:[^"\\\n]|\\.){1,4096}"?|'[^'\n]{1,4096}'?`;
const BARE = `[^\\s"'&,;)\\]}][^\\s"'&,;)}]{0,4095}`;

/** Most text holds none of these, and is passed through at the cost of one look. */
const TRIGGER = /bearer|basic\s|:\/\/|pass|pwd|secret|token|key|gAAAA|xox|xapp|eyJ|hooks\.slack|AQ/i;

const RULES: readonly (readonly [pattern: RegExp, by: string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
    '[redacted private key]',
  ],
  [/\bgAAAA[\w-]{16,}={0,2}/g, MASK],
  [/\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w-]{4,}/g, MASK],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, MASK],
  [/\bAQ[A-Za-z0-9+/]{36}==/g, MASK],
  [/\b(hooks\.slack\.com\/[a-z]{1,20})\/[\w/-]+/gi, `$1/${MASK}`],
  [/\b(Bearer|Basic)\s+(?=[\w.~+/-]{0,200}[\d_~+/=-])[\w.~+/-]{8,}=*/gi, `$1 ${MASK}`],
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"']{0,128}):[^\s/"']{1,512}@/gi, `$1:${MASK}@`],
  [new RegExp(String.raw`\b(X-(?:Auth|Subject|Service)-Token${QUOTE}\s*:\s*${QUOTE})[^\s"',\\]+`, 'gi'), `$1${MASK}`],
  [new RegExp(`((?:${SECRET_NAMES})${QUOTE}\\s{0,3}[=:]\\s{0,3})(?:${QUOTED}|${BARE})`, 'gi'), `$1${MASK}`],
  [
    new RegExp(
      `((?:${WORDY_NAMES})(?:${QUOTE}\\s{0,3}=\\s{0,3}|\\\\{0,7}["']\\s{0,3}:\\s{0,3}))(?:${QUOTED}|${BARE})`,
      'gi',
    ),
    `$1${MASK}`,
  ],
  [/(--[\w-]{0,40}(?:password|secret|token|certificate-key)\s+)(?!\[redacted)[^\s-]\S*/gi, `$1${MASK}`],
];

/**
 * The text with every secret we know the looks of masked: bearer and Fernet tokens, JSON web tokens, Slack tokens and
 * hooks, passwords in URLs and in `name=value` or `"name": "value"` pairs, Ceph keys and private key blocks. Used at the
 * doors: journal, log, message, picture. Pure; masking twice changes nothing more.
 */
export function redact(text: string): string {
  if (!TRIGGER.test(text)) return text;
  // One rule's mask can bare a match of an earlier rule, so: until nothing changes. The bound is for a rule that would
  // match its own mask: text that comes from strangers must never hold a worker.
  let masked = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = masked;
    masked = RULES.reduce((current, [pattern, by]) => current.replace(pattern, by), before);
    if (masked === before) break;
  }
  return masked;
}
