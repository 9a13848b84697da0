import { describe, expect, it } from 'vitest';
import { fit } from '#chat/limits.ts';
import { summaryMessage } from '#chat/run/ending.ts';
import { smokePassed } from '../../report/fixtures.ts';
import { asked, approved, again, ended, planned, requested, started, viewOf } from '../journals.ts';

describe('the end of a run in words', () => {
  it('says of everything that there is some, and keeps its buttons, however much went wrong', () => {
    const long = (what: string) => `${what} ${'because of what stands below it '.repeat(20)}`;
    const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, i) => make(i));
    const steps = many(40, (index) => ({
      id: `s${index}`,
      title: long(`Step ${index}`),
      layer: 'cloud',
      risk: long('half'),
    }));
    const begun = steps.map(({ id }) => ({ type: 'step-started', stepId: id }) as const);
    const trouble = (index: number) =>
      ({
        layer: 'cloud',
        health: 'failure',
        what: long(`trouble ${index}`),
        cause: long('so'),
        advice: long('do'),
      }) as const;
    const offers = [{ label: 'Take the cordon back', command: 'scale-node', text: 'uncordon' }];
    const report = { ...smokePassed, troubles: many(12, trouble), offers };
    const leftovers = many(30, (index) => long(`server ${index}`));
    const plan = { ...planned, steps };
    const end = ended('failed', { report, leftovers });

    const message = summaryMessage(viewOf([requested, started, plan, asked, approved, again, ...begun, end]));

    const { blocks } = fit(message);
    expect(blocks).toEqual(message.blocks);
    expect(blocks.at(-1)?.type).toBe('actions');
    const text = JSON.stringify(blocks);
    for (const said of ['trouble 0', 'Step 0', '30 things were left over', 'server 0']) expect(text).toContain(said);
  });
});
