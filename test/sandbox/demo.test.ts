import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const DEMO = join(import.meta.dirname, '../../sandbox/demo.ts');

function demoAt(port: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [DEMO, '--port', port], { encoding: 'utf8' });
}

describe('the demo', () => {
  it('says which port is taken and how to choose another, before it starts anything', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    const { status, stdout, stderr } = demoAt(String(port));

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      `demo: opening port ${port}: another program has it. Choose another: npm run demo -- --port 8066\n`,
    );
  });

  it.each(['http', '70000', '80.5'])('says that "%s" is no port', (port) => {
    const { status, stderr } = demoAt(port);

    expect(status).toBe(1);
    expect(stderr).toContain(`demo: opening port ${port}: RangeError`);
  });
});
