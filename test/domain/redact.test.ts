import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '#domain/redact.ts';

const fernet = `gAAAAABl${'aB3_-'.repeat(20)}==`;

describe('redact', () => {
  it.each([
    ['a bearer token', 'Authorization: Bearer abc.def-0123456789', 'abc.def-0123456789'],
    ['basic credentials', 'Authorization: Basic dXNlcjpwYXNz0A==', 'dXNlcjpwYXNz0A'],
    ['a Fernet token', `GET /v3 token ${fernet} said 401`, fernet],
    ['a Keystone header', `X-Auth-Token: 0123456789abcdef0123456789abcdef`, '0123456789abcdef'],
    ['a JSON web token', 'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_1', 'eyJzdWIi'],
    ['a Slack bot token', 'with xoxb-1234-5678-abcdef', 'xoxb-1234'],
    ['a Slack app token', 'with xapp-1-A111-222-abcdef', 'xapp-1-A111'],
    ['a Slack hook', 'https://hooks.slack.com/services/T00/B00/sEcReT', 'sEcReT'],
    ['a password in a URL', 'redis://strata:hunter2@redis:6379/0', 'hunter2'],
    ['a password with an at sign in a URL', 'redis://:hun@ter2@redis:6379/0', 'ter2'],
    ['password=', 'login password=hunter2 user=operator', 'hunter2'],
    ['OS_PASSWORD=', 'OS_PASSWORD=hunter2', 'hunter2'],
    ['a quoted value with spaces', 'password="hunter two" user=operator', 'two'],
    ['a quoted value with an escaped quote', String.raw`{"password": "hun\"ter2"}`, 'ter2'],
    ['JSON in a line of JSON', JSON.stringify({ body: '{"adminPass": "hunter two"}' }), 'two'],
    ['JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify({ password: 'hun"ter2' }))), 'ter2'],
    ['a header in a line of JSON', JSON.stringify({ h: '{"X-Auth-Token": "deadbeef"}' }), 'deadbeef'],
    ['a quoted value that was cut', '{"password": "hunt', 'hunt'],
    ['a quoted value that was cut in a line of JSON', JSON.stringify({ body: '{"token": "hunt' }), 'hunt'],
    ['a YAML password', 'auth:\n  password: hunter2\n  username: operator', 'hunter2'],
    ['a JSON password', '{"auth":{"password":"hunter2"}}', 'hunter2'],
    ['an admin password', '{"adminPass": "hunter2"}', 'hunter2'],
    ['an application credential', 'application_credential_secret: s3cr3t', 's3cr3t'],
    ['a token pair', 'token=deadbeef&x=1', 'deadbeef'],
    ['a command line option', 'openstack --os-password hunter2 server list', 'hunter2'],
    ['a kubeconfig key', 'client-key-data: LS0tLS1CRUdJTg==', 'LS0tLS1'],
    ['the key of kubeadm’s certificates', '"kubeadm_certificate_key": "f8902e114ef118304e561c3e"', 'f8902e11'],
    ['the same as an option', 'kubeadm join --control-plane --certificate-key f8902e114ef118304e561c3e', 'f8902e11'],
    ['a Ceph key', 'key = AQBSdFhcAAAAABAAYg5x8V0vq8pN1YV6q2mQbA==', 'AQBSdFhc'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nxyz\n-----END RSA PRIVATE KEY-----', 'MIIE'],
    ['half a private key', 'cut: -----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNza', 'b3BlbnNza'],
  ])('masks %s', (_what, text, secret) => {
    const masked = redact(text);

    expect(masked).not.toContain(secret);
    expect(masked).toContain('[redacted');
  });

  it('keeps what stands around a secret', () => {
    expect(redact('redis://strata:hunter2@redis:6379/0')).toBe('redis://strata:[redacted]@redis:6379/0');
    expect(redact('login password=hunter2 user=operator')).toBe('login password=[redacted] user=operator');
  });

  it.each([
    'asking Keystone for a token: 401 Unauthorized',
    'creating key pair "strata-42": 409 conflict',
    'a bearer of bad news',
    'password expired',
    JSON.stringify({ body: '{"message": "no key pair"}' }),
    'provider=10.42.10.27',
    'https://cloud.example:5000/v3/auth/tokens',
    'Basic check of the compute service',
  ])('leaves %j alone', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('changes nothing more the second time', () => {
    const piece = constantFrom(
      'password',
      '=',
      ': ',
      '"',
      '\\"',
      "'",
      'Bearer ',
      'gAAAAxyz0123456789abcdef',
      '://',
      '@',
      'a',
      '\n',
      ' ',
      '--os-token ',
      'X-Auth-Token: ',
      ']',
      'xoxb-1234',
      '[redacted]',
      ',',
    );

    assert(
      property(array(piece, { maxLength: 14 }), (pieces) => {
        const once = redact(pieces.join(''));
        expect(redact(once)).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });
});
