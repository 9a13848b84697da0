import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openTunnel } from '#adapters/reach/tunnel.ts';

const calm = new AbortController().signal;

describe('a tunnel', () => {
  it('carries bytes both ways through the streams of a command', async () => {
    const { stream, complaint } = openTunnel(['cat'], calm);

    stream.end('there and back');

    expect(await text(stream)).toBe('there and back');
    expect(await complaint()).toBe('');
  });

  it('ends when its command ends, and gives the last line of why', async () => {
    const { stream, complaint } = openTunnel(
      ['sh', '-c', 'echo first >&2; echo "Permission denied" >&2; exit 255'],
      calm,
    );

    expect(await text(stream)).toBe('');
    expect(await complaint()).toBe('Permission denied');
  });

  it('names a command that is not there', async () => {
    const { complaint } = openTunnel(['no-such-tool'], calm);

    expect(await complaint()).toContain('no-such-tool');
  });

  it('takes its command with it when it is closed', async () => {
    const { stream, complaint } = openTunnel(['sh', '-c', 'echo $$; echo last words >&2; exec sleep 60'], calm);
    const [pid] = (await once(stream, 'data')) as [Buffer];

    stream.destroy();

    await complaint();
    expect(() => process.kill(Number(pid.toString()), 0)).toThrow('ESRCH');
  });
});
