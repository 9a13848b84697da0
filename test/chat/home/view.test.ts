import { describe, expect, it } from 'vitest';
import { homeView } from '#chat/home/view.ts';
import { judgeModal } from '#chat/run/judge.ts';
import { sizeOf } from '#chat/limits.ts';
import type { RunEvent, RunEventBody } from '#domain/events.ts';
import { fold, type RunView } from '#domain/fold.ts';
import type { Health } from '#domain/health.ts';
import type { EnvironmentNow, Home } from '#domain/home.ts';
import type { RunRequest } from '#domain/run.ts';
import { checkHome, checkView } from '../../../sandbox/workspace/check.ts';

const START_MS = Date.parse('2026-11-25T14:50:00.000Z');
const AT = new Date(START_MS).toISOString();
const HOSTILE = '<!channel> *bold* `code` <@U0LEAD> _x_ &lt; ~y~ \u202egnp.exe';

type Words = readonly string[];
function viewOf(
  number: number,
  judged: Words | undefined,
  ...[by = 'operator', changes = []]: [string?, Words?]
): RunView {
  const request: RunRequest = {
    ...{
      number,
      key: `k${number}`,
      environment: 'lab',
      input: { layer: 'cluster' },
      by: { id: 'U0OPERATOR', name: by },
    },
    ...{ job: 'drill', origin: { kind: 'slack', team: 'T1', channel: 'C1' } },
    askedAt: AT,
  };
  const asked: RunEventBody = {
    ...{ type: 'asked', digest: 'd'.repeat(64), needs: { others: 1 }, changes },
    ...{ judged: judged ?? [], expiresAt: '2026-11-25T15:20:00.000Z' },
  };
  const bodies: RunEventBody[] = [{ type: 'requested', request }, ...(judged ? [asked] : [])];
  const view = fold(bodies.map((body, index): RunEvent => ({ seq: index + 1, at: AT, ...body })));
  if (!view) throw new Error('no view');
  return view;
}

function environment(name: string, healths: readonly (Health | undefined)[], summary = 'all of it'): EnvironmentNow {
  const layers = healths.map((health, index) => ({
    ...{ layer: `layer-${index}`, kind: 'openstack' as const },
    last: health && { health, summary, at: AT },
  }));
  return { name, layers };
}

function home(change: Partial<Home> = {}): Home {
  const empty = { approvals: [], open: [], mine: [], starts: [], nowMs: START_MS, isSure: true };
  return { ...empty, environments: [environment('lab', ['ok'])], ...change };
}

const textOf = (one: Home, links = new Map<string, string>()) => JSON.stringify(homeView(one, links));
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

describe('the view of App Home', () => {
  it('stays within what Slack takes, with a hundred environments and thousands of runs, and says how many are left out', () => {
    const url = `https://a-workspace-with-a-long-name.slack.com/archives/C0123456789/p1764082200000000`;
    const crowd = home({
      environments: many(100, (index) =>
        environment(`env-${index}`, ['ok', 'failure', 'ok', undefined], 'x'.repeat(500)),
      ),
      approvals: many(50, (index) =>
        viewOf(
          index + 1,
          many(9, (line) => `${line} ${'y'.repeat(120)}`),
        ),
      ),
      open: many(3000, (index) => viewOf(1000 + index, undefined)),
      mine: many(5, (index) => viewOf(5000 + index, undefined)),
      starts: many(6, (index) => ({ command: `command-${index}`, title: 'Do something long' })),
    });
    const links = new Map([...crowd.open, ...crowd.approvals, ...crowd.mine].map(({ request }) => [request.key, url]));

    const view = homeView(crowd, links);

    expect(view.blocks.length).toBeLessThanOrEqual(100);
    expect((view.blocks as never[]).reduce((sum, block) => sum + sizeOf(block), 0)).toBeLessThanOrEqual(10_000);
    expect(() => checkHome({ ...view })).not.toThrow();
    const text = JSON.stringify(view);
    expect(text.match(/and \d+ more/g)?.length).toBeGreaterThanOrEqual(3);
    // Nothing was cut from the end: the last part stands.
    expect(text).toContain('start-command-5');
  });

  it('names the worst of many environments first, so that none that is left out is worse', () => {
    const environments = many(90, (index) => environment(`env-${index}`, [index === 88 ? 'failure' : 'ok']));

    const text = textOf(home({ environments }));

    expect(text).toContain('✗ *env-88*  failed: layer-0');
    expect(text.indexOf('env-88')).toBeLessThan(text.indexOf('env-0*'));
    expect(text).toMatch(/and \d+ more environments, which are no worse/);
  });

  it('gives nobody a button that agrees to a plan which it does not show whole', () => {
    const [short, long] = [
      viewOf(8, ['one thing']),
      viewOf(
        7,
        many(31, (index) => `step ${index} ${'z'.repeat(100)}`),
      ),
    ];

    expect(textOf(home({ approvals: [short] }))).toContain('"approve"');
    const text = textOf(home({ approvals: [long] }));
    expect(text).not.toContain('"approve"');
    expect(text).toContain('The plan has 31 lines.');
    expect(text).toContain('Read the plan');
    const modal = judgeModal(long);
    expect(JSON.stringify(modal?.blocks)).toContain('step 30');
    expect(modal?.submit?.text).toBe('Approve');
    expect(() => checkView({ ...modal })).not.toThrow();
  });

  it('has nobody agree to a plan that no modal takes, and says what to do; it can be denied', () => {
    const huge = viewOf(
      7,
      many(400, (index) => `${index} ${'z'.repeat(150)}`),
    );

    const text = textOf(home({ approvals: [huge] }));

    expect(text).toContain('longer than Slack can show');
    expect(text).not.toContain('Read the plan');
    expect(text).not.toContain('"approve"');
    expect(text).toContain('"deny"');
  });

  it('takes the power from whatever a cloud, a plan or a person is called', () => {
    const text = textOf(
      home({
        environments: [
          {
            ...environment(HOSTILE, ['failure'], HOSTILE),
            freeze: { by: { id: '', name: HOSTILE }, reason: HOSTILE, at: AT },
          },
        ],
        approvals: [viewOf(1, [HOSTILE], '')],
        open: [viewOf(2, undefined, '')],
      }),
    ).replaceAll(/"(?:value|block_id|accessibility_label)":"(?:\\.|[^"\\])*"/g, '');

    expect(text).not.toContain('<!channel>');
    expect(text).not.toContain('<@U0LEAD>');
    expect(text).not.toContain(' *bold* ');
    expect(text).not.toContain('\u202e');
  });

  it('tells health by mark and word, and its age for all layers at once only where they have one', () => {
    const mixed = environment('lab', ['ok', 'warning']);
    const [first, second] = mixed.layers;
    const older = { ...second!, last: { ...second!.last!, at: '2026-11-25T10:00:00.000Z' } };

    expect(textOf(home({ environments: [mixed] }))).toMatch(/Seen <!date\^/);
    const apart = textOf(home({ environments: [{ ...mixed, layers: [first!, older] }] }));
    expect(apart).toMatch(/! \*layer-1\* {2}warning {2}· {2}all of it {2}· {2}<!date/);
    expect(apart).not.toContain('Seen <!date');
    expect(textOf(home({ environments: [environment('lab', [undefined])] }))).toMatch(
      /\? \*layer-0\* {2}not looked at yet/,
    );
  });

  it('says once what waits for an approval by this person', () => {
    const asking = viewOf(1, ['one thing']);

    const text = textOf(home({ approvals: [asking], open: [asking] }));

    expect(text.match(/#1 Drill/g)).toHaveLength(1);
    expect(text).not.toContain('Nothing runs or waits');
  });
});
