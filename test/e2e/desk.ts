import { setTimeout as sleep } from 'node:timers/promises';
import { openJournal } from '#adapters/redis/journal.ts';
import { openRuns } from '#adapters/redis/runs.ts';
import type { RunEvent } from '#domain/events.ts';
import type { RunRef } from '#domain/run.ts';
import type { Message } from '../../sandbox/workspace/state.ts';
import { startWorkspace } from '../../sandbox/workspace/workspace.ts';
import { nextMoment } from './deaths.ts';
import { ADA, installStrata, type Strata } from './strata.ts';

const BEA = 'U0BEA00001';
const TOKENS = { bot: 'xoxb-e2e-bot', app: 'xapp-e2e-app' };
const PATIENCE_MS = 180_000;

type Ended = Extract<RunEvent, { readonly type: 'ended' }>;
/** An operator and a lead in Slack, before an installation whose workers the test starts. */
export type Desk = {
  readonly strata: Strata;
  /** Types the command as the operator; gives the run. */
  ask(text: string): Promise<RunRef>;
  /** Approves the run as the lead, typing the name where one is wanted. */
  approve(run: RunRef, typed?: string): Promise<void>;
  /** As `approve`, of a run whose worker is gone before its first step begins. */
  planAndApprove(run: RunRef, typed?: string): Promise<void>;
  eventsOf(run: RunRef): Promise<readonly RunEvent[]>;
  endOf(run: RunRef): Promise<Ended>;
  /** What went wrong on the way; empty when all went well. */
  troublesOf(run: RunRef): Promise<readonly string[]>;
  close(): Promise<void>;
};

export async function openDesk(of: {
  readonly database: number;
  readonly layers: readonly object[];
  readonly kubeconfig: string;
}): Promise<Desk> {
  const workspace = await startWorkspace({
    members: [
      { id: ADA, name: 'operator' },
      { id: BEA, name: 'lead' },
    ],
    channels: [{ id: 'C0OPS00001', name: 'cloud-ops' }],
    tokens: TOKENS,
  });
  const env = {
    ...{ SLACK_API_URL: workspace.apiUrl, SLACK_BOT_TOKEN: TOKENS.bot, SLACK_APP_TOKEN: TOKENS.app },
    KUBECONFIG: of.kubeconfig,
    // What is run beside a worker ends when that says nothing for half of this: no less on a busy machine.
    STRATA_LOCK_MS: '6000',
  };
  const { database, layers } = of;
  const strata = await installStrata({ database, layers, approve: [BEA], env });
  await strata.start('bot');
  while (workspace.connections() < 2) await sleep(20);

  const eventsOf = (run: RunRef) => openJournal(strata.redis).read(run);
  const endOf = (run: RunRef): Promise<Ended> =>
    nextMoment(async () => {
      const last = (await eventsOf(run)).at(-1);
      return last?.type === 'ended' ? last : undefined;
    });
  async function approve({ number }: RunRef, typed?: string): Promise<void> {
    const lead = workspace.as('lead');
    const isAsking = ({ blocks, text }: Message) =>
      text.includes(`#${number}`) && JSON.stringify(blocks ?? []).includes('"action_id":"approve"');
    const card = await workspace.waitFor(() => workspace.channel('cloud-ops').messages.find(isAsking), PATIENCE_MS);
    await lead.click(card, 'approve');
    const isDecided = () => !workspace.channel('cloud-ops').messages.some(isAsking);
    // A plan that is too long for a message is read, and agreed to, in a modal.
    await workspace.waitFor(() => lead.modal() ?? isDecided(), PATIENCE_MS);
    if (lead.modal()) await lead.submit(typed === undefined ? {} : { answer: typed });
  }
  return {
    strata,
    eventsOf,
    endOf,
    approve,
    async planAndApprove(run, typed) {
      const planner = await strata.start('worker');
      await nextMoment(async () => (await eventsOf(run)).find(({ type }) => type === 'asked' || type === 'ended'));
      await planner.end('SIGTERM');
      await approve(run, typed);
    },
    async ask(text) {
      const answer = await workspace.as('operator').type(text, { channel: 'cloud-ops' });
      const [, number] = /#(\d+)/.exec(JSON.stringify(answer)) ?? [];
      if (number === undefined) throw new Error(JSON.stringify(answer));
      const runs = openRuns(strata.redis, { environments: ['lab'], subscriber: () => strata.redis, advice: '' });
      return nextMoment(() => runs.get(Number(number)));
    },
    async troublesOf(run) {
      const { outcome, report } = await endOf(run);
      const troubles = (report?.troubles ?? []).map(({ what }) => what);
      return outcome === 'succeeded' || troubles.length > 0 ? troubles : [outcome];
    },
    async close() {
      await strata.close();
      await workspace.close();
    },
  };
}
