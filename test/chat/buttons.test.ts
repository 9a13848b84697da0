import { describe, expect, it } from 'vitest';
import { buttonsOf, offerButtons } from '#chat/buttons.ts';
import type { RunEventBody } from '#domain/events.ts';
import { checkMessage } from '../../sandbox/workspace/check.ts';
import { nothing } from '../report/fixtures.ts';
import { planned, requested, started, viewOf } from './journals.ts';

const elementsOf = (blocks: readonly object[]) => blocks.flatMap((block) => (block as { elements: object[] }).elements);
const taken = (blocks: readonly object[]) =>
  checkMessage({ text: 'a run', blocks: blocks.map((block) => ({ ...block }) as never) }, () => true);

describe('"Stop now"', () => {
  const running = (title: string, risk: string) =>
    buttonsOf(
      viewOf([
        requested,
        started,
        { ...planned, steps: [{ id: 'one', title, layer: 'metal', risk }] },
        { type: 'step-started', stepId: 'one' },
      ]),
    );

  it('asks in plain text, in which names stand as they are', () => {
    const blocks = running('Wait for nodes > 3 & *ready*', 'half of <b> `c`');

    expect(JSON.stringify(blocks)).toContain(
      '“Wait for nodes > 3 & *ready*” is under way. Stopping it can leave: half of <b> `c`.',
    );
    taken(blocks);
  });

  it('asks in no more than Slack takes, and cuts no letter in two', () => {
    for (let length = 0; length < 4; length++) {
      const blocks = running(`${'a'.repeat(length)}${'🔥'.repeat(200)}`, `${'a'.repeat(length)}${'🔥'.repeat(200)}`);

      expect(JSON.stringify(blocks).isWellFormed()).toBe(true);
      expect(JSON.stringify(blocks)).not.toMatch(/\\ud[89a-f]/i);
      taken(blocks);
    }
  });
});

describe('the button of an offer', () => {
  const offered = (label: string) => {
    const report = { ...nothing, offers: [{ label, command: 'scale-node', text: 'lab' }] };
    const ended: RunEventBody = { type: 'ended', outcome: 'failed', leftovers: [], report };
    return offerButtons(viewOf([requested, started, planned, ended]));
  };

  it('shows no secret, nothing hidden, and no half of a letter', () => {
    const [button] = elementsOf(offered('Undo password=hunter2 \u202eof node')) as { text: { text: string } }[];

    expect(button?.text.text).toBe('Undo password=[redacted] of node');
    for (let length = 0; length < 4; length++) {
      const blocks = offered(`${'a'.repeat(length)}${'🔥'.repeat(80)}`);
      expect(JSON.stringify(blocks)).not.toMatch(/\\ud[89a-f]/i);
      taken(blocks);
    }
  });
});
