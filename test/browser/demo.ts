import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Where the demo says that its page is, once it is ready. */
export async function addressOf(demo: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: demo.stdout! })) {
    const [, url] = /^Open (\S+) and type/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('starting the demo: it ended before it was ready');
}
