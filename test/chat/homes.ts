import type { HomeView, ModalView } from '@slack/types';
import { homeView, noteView } from '#chat/home/view.ts';
import { judgeModal } from '#chat/run/judge.ts';
import { noticeModal } from '#chat/modals.ts';
import type { RunEventBody } from '#domain/events.ts';
import type { RunView } from '#domain/fold.ts';
import type { Health } from '#domain/health.ts';
import type { EnvironmentNow, Home } from '#domain/home.ts';
import { words } from '#words/home.ts';
import * as journals from './journals.ts';

/** App Home as people find it. */

const { viewOf, STATES, START_MS, MINUTE, lead } = journals;
const at = (minutes: number) => new Date(START_MS + minutes * MINUTE).toISOString();

const NOW: Home = {
  ...{ environments: [], approvals: [], open: [], mine: [], nowMs: START_MS + 60 * MINUTE, isSure: true },
  starts: [
    { command: 'deploy', title: 'Deploy' },
    { command: 'scale-node', title: 'Scale nodes' },
  ],
};

function environmentOf(name: string, healths: readonly (Health | undefined)[], minutes = 0): EnvironmentNow {
  const kinds = ['openstack', 'kubernetes', 'ceph'] as const;
  const layers = healths.map((health, index) => ({
    ...{ layer: ['metal', 'cluster', 'storage'][index] ?? 'other', kind: kinds[index] ?? 'openstack' },
    ...(health === undefined
      ? {}
      : { last: { health, summary: health === 'ok' ? '' : 'node-4 is NotReady; and more', at: at(index * minutes) } }),
  }));
  return { name, layers };
}

const lab = environmentOf('lab', ['ok', 'failure', undefined], 5);
const freeze = { by: lead, reason: 'the disks', at: at(0), until: at(120) };
const crowd = Array.from({ length: 60 }, (_, index) =>
  environmentOf(`site-${index}`, index % 9 ? ['ok'] : [undefined]),
);
const servers = Array.from(
  { length: 40 },
  (_, index) => `make server worker-${index}, as the others of its cluster are: 8 cores, 32 GiB`,
);
const planOf = (change: Partial<Extract<RunEventBody, { type: 'asked' }>>) =>
  viewOf([journals.requested, journals.started, journals.planned, { ...journals.asked, ...change }]);
const longPlan = planOf({ judged: servers });
const hugePlan = planOf({ judged: Array.from({ length: 20 }, () => servers).flat() });
const link = new Map([['aa', 'https://cloud-team.slack.com/archives/C1/p1']]);
const none = new Map<string, string>();

function modalOf(view: RunView): ModalView {
  const modal = judgeModal(view);
  if (!modal) throw new Error('the plan is too long for a modal');
  return modal;
}

const askingAs = (key: string) => viewOf([journals.requestedAs({ key }), ...STATES.asking.slice(1)]);

export function homes(): Readonly<Record<string, HomeView>> {
  const asking = viewOf(STATES.asking);
  const busy = { ...NOW, environments: [lab], approvals: [asking], open: [asking, viewOf(STATES['under-way'])] };
  const frozen = environmentOf('edge', ['ok', 'ok']);
  return {
    nothing: homeView(NOW, none),
    unsure: homeView({ ...NOW, isSure: false }, none),
    quiet: homeView({ ...NOW, environments: [environmentOf('lab', []), { ...frozen, freeze }] }, none),
    busy: homeView({ ...busy, mine: [viewOf(STATES.failed), viewOf(STATES.succeeded)], isSure: false }, link),
    'plan-to-read': homeView({ ...busy, approvals: [longPlan] }, none),
    'plan-too-long': homeView({ ...busy, approvals: [hugePlan] }, none),
    crowded: homeView(
      {
        ...busy,
        environments: [{ ...frozen, freeze: { ...freeze, by: { id: '', name: 'maintenance' } } }, lab, ...crowd],
        approvals: Array.from({ length: 8 }, (_, index) => askingAs(`a${index}`)),
        open: Array.from({ length: 20 }, (_, index) =>
          viewOf([journals.requestedAs({ number: index, key: `k${index}` })]),
        ),
      },
      none,
    ),
    outsider: noteView(words.outsider),
    unread: noteView(words.unread('abcdef')),
  };
}

/** What the buttons of App Home open. */
export const homeModals: Readonly<Record<string, ModalView>> = {
  notice: noticeModal(words.answerTitle, 'You may not look at environment `lab`.'),
  decided: noticeModal(words.answerTitle, words.decided),
  plan: modalOf(longPlan),
  'plan-to-type': modalOf(planOf({ needs: { others: 1, typed: 'node-4' } })),
};
