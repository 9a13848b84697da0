import { setTimeout as sleep } from 'node:timers/promises';
import { openRedis } from '#adapters/redis/connect.ts';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import { readRedisUrl } from '#config/redis-url.ts';
import type { RunEventBody } from '#domain/events.ts';
import { startWorkspace } from '../sandbox/workspace/workspace.ts';
import { OPERATOR, openBed } from './bed.ts';
import { ratio } from './figures.ts';

const EVENTS = 500;
const SECONDS = 10;
const TOKENS = { bot: 'xoxb-bench', app: 'xapp-bench' };
const LAST = `${EVENTS} of ${EVENTS}`;

/** Many events of progress in a short time: how often is the message of the run edited, and does it end right? */
export async function run(): Promise<void> {
  const bed = await openBed({ clouds: [] });
  const workspace = await startWorkspace({
    ...{ members: [{ id: OPERATOR, name: 'operator' }], channels: [{ id: 'C0CLOUDOPS', name: 'cloud-ops' }] },
    tokens: TOKENS,
  });
  try {
    const slack = { SLACK_API_URL: workspace.apiUrl, SLACK_BOT_TOKEN: TOKENS.bot, SLACK_APP_TOKEN: TOKENS.app };
    await bed.start('bot', slack);
    await carry(bed.env['REDIS_URL'] ?? '');
    const [root] = await workspace.waitFor(() => {
      const [message] = workspace.channel('cloud-ops').messages;
      return JSON.stringify(message?.blocks ?? '').includes(LAST) && message?.text.includes('done')
        ? [message]
        : undefined;
    }, 60_000);
    const edits = workspace.calls.filter(({ method }) => method === 'chat.update');
    const times = edits.map(({ atMs }) => atMs);
    const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
    console.log(`${EVENTS} events in ${SECONDS} s: ${edits.length} edits of one message; it ends with: ${root?.text}`);
    ratio('most edits of it in any one second', most, { atMost: 1 });
  } finally {
    await bed.close();
    await workspace.close();
  }
}

/** A run as a worker would carry it, with more to say than anybody reads. */
async function carry(url: string): Promise<void> {
  const address = readRedisUrl(url);
  if (!address) throw new Error('the bed has no Redis');
  const redis = openRedis(address, 'patient');
  const runs = openRuns(redis, { environments: ['lab'], subscriber: () => redis, advice: '' });
  const journal = openJournal(redis);
  const by = { id: OPERATOR, name: 'operator' };
  const asked = { environment: 'lab', job: 'drill', input: {}, by, once: 'progress' } as const;
  const { request } = await runs.create({ ...asked, origin: { kind: 'terminal', host: 'here' } });
  const claim = await runs.claim(request, 60_000);
  if (claim.kind !== 'held') throw new Error(`the run is ${claim.kind}`);
  let at = { fence: claim.fence, seq: 1 };
  const write = async (...events: RunEventBody[]) => {
    at = await journal.append(request, at, events);
  };
  const steps = [{ id: 'a', title: 'copy', layer: 'metal' }];
  await write({ type: 'started', worker: 'bench', attempt: 1 });
  await write({ type: 'planned', summary: 'copy', risk: 'probe', steps, facts: {} });
  await write({ type: 'step-started', stepId: 'a' });
  const startedAt = performance.now();
  for (let count = 1; count <= EVENTS; count++) {
    await sleep(Math.max(0, startedAt + (count * SECONDS * 1000) / EVENTS - performance.now()));
    await write({ type: 'note', stepId: 'a', text: `${count} of ${EVENTS}` });
  }
  await write({ type: 'step-done', stepId: 'a', value: null, detail: LAST, found: false, tookMs: SECONDS * 1000 });
  await write({ type: 'ended', outcome: 'succeeded', leftovers: [] });
  redis.disconnect();
}
