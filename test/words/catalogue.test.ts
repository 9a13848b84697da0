import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CATALOGUE, type Language } from '#words/catalogue.ts';

/** As small as a language can be; `one` and `other` are the same in it. */
const TINY: Language = {
  locale: 'zh-Hans',
  sentences: {
    chat: { queued: '等待', buttons: { approve: '批准' }, notBegun: (count) => `${count} 步未开始` },
    commands: { whoami: '你是谁' },
    jobs: { jobs: { drill: { title: '演练' } } },
  },
};

describe('the catalogue', () => {
  it('has every module of sentences', () => {
    const modules = globSync('src/words/*.ts').filter((file) =>
      /^export const words\b/m.test(readFileSync(file, 'utf8')),
    );
    const camel = (name: string) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

    const names = modules.map((file) => camel(basename(file, '.ts')));

    expect(Object.keys(CATALOGUE).toSorted()).toEqual([...names, 'remains'].toSorted());
  });
});

describe('another language', () => {
  beforeEach(() => vi.resetModules());
  afterEach(() => vi.resetModules());

  /** The product as a process has it that speaks the language first. */
  async function speaking(language: Language) {
    (await import('#words/catalogue.ts')).speak(language);
    const { rootMessage } = await import('#chat/run/blocks.ts');
    const { COMMANDS } = await import('#commands/registry.ts');
    const { words } = await import('#words/chat.ts');
    const { listed, plural } = await import('#words/language.ts');
    const { requested, started, planned, asked, viewOf } = await import('../chat/journals.ts');
    const views = { queued: viewOf([requested]), asking: viewOf([requested, started, planned, asked]) };
    return { rootMessage, COMMANDS, words, listed, plural, views };
  }

  it('is one more file: what it says is said, what it leaves out is English', async () => {
    const { rootMessage, COMMANDS, words, views } = await speaking(TINY);

    expect(rootMessage(views.queued).text).toBe('#42 演练 of lab / cluster: 等待');
    expect(JSON.stringify(rootMessage(views.asking).blocks)).toMatch(/"批准".*"Deny"/);
    expect(words.notBegun(1)).toBe('1 步未开始');
    // Taken out of the catalogue when its module was loaded.
    expect(COMMANDS.find(({ name }) => name === 'whoami')?.summary).toBe('你是谁');
    expect(COMMANDS.find(({ name }) => name === 'show')?.summary).toContain('one run');
  });

  it('brings its own forms and lists', async () => {
    const { listed, plural } = await speaking(TINY);

    expect(plural(1, 'one', 'other')).toBe('other');
    expect(listed(['甲', '乙', '丙'])).toBe('甲、乙和丙');
  });

  it('cannot say what there is not', () => {
    const wrong: Language = {
      locale: 'zh-Hans',
      sentences: {
        // @ts-expect-error -- no such sentence
        chat: { queuedd: '等待' },
        // @ts-expect-error -- it is given a number
        commands: { noRun: (number: string) => number.trim() },
      },
    };

    expect(Object.keys(wrong.sentences)).toEqual(['chat', 'commands']);
  });
});

describe('English', () => {
  it('lists and counts as it did', async () => {
    const { listed, plural } = await import('#words/language.ts');
    const { ordinal } = await import('#words/ordinal.ts');

    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((names) => listed(names))).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
    expect([0, 1, 2].map((count) => plural(count, 'node', 'nodes'))).toEqual(['nodes', 'node', 'nodes']);
    expect([1, 2, 3, 4, 11, 21].map(ordinal)).toEqual(['1st', '2nd', '3rd', '4th', '11th', '21st']);
  });
});
