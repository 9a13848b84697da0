import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { View } from '@slack/types';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { fit, type Message } from '#chat/limits.ts';
import { manifestOf } from '#chat/manifest.ts';
import { slashEntries } from '#commands/registry.ts';
import { checkMessage, checkView } from '../../sandbox/workspace/check.ts';
import { messages, opened } from './messages.ts';
import { record, type Recorder } from './recorder.ts';
import { TRANSCRIPTS } from './transcripts.ts';

/**
 * Everything that people can read of the bot in Slack, as it was looked at. After a wanted change:
 * `npx vitest run --project unit test/chat -u`, then read the difference.
 */
const GOLDEN = 'test/chat/golden';

/** The catalogues from which src/chat and src/commands take what they say. */
const CATALOGUES = [
  ...new Set(
    globSync('src/{chat,commands}/**/*.ts').flatMap((file) =>
      parseSync(file, readFileSync(file, 'utf8'))
        .module.staticImports.map(({ moduleRequest }) => moduleRequest.value)
        // Pictures and their text have golden files of their own, in test/report.
        .filter((specifier) => specifier.startsWith('#words/') && specifier !== '#words/report.ts')
        .map((specifier) => basename(specifier, '.ts')),
    ),
  ),
].toSorted();
const recorders: readonly Recorder[] = (
  await Promise.all(
    CATALOGUES.map(async (name) => {
      const module = (await import(`../../src/words/${name}.ts`)) as Record<string, unknown>;
      const catalogues = Object.values(module).filter((value) => typeof value === 'object' && value !== null);
      return catalogues.map((catalogue) => record(`${name}.ts`, catalogue));
    }),
  )
).flat();

const said = await messages();
const asked = await opened();
const manifest = `${JSON.stringify(manifestOf(slashEntries()), undefined, 2)}\n`;
const transcripts = await Promise.all(
  Object.entries(TRANSCRIPTS).map(async ([name, play]) => [name, (await play()).transcript.join('\n')] as const),
);

async function expectGolden(name: string, text: string): Promise<void> {
  await expect(text).toMatchFileSnapshot(`golden/${name}`);
}

function textOf(value: Message | View): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

describe('what the bot says by itself', () => {
  it.each(Object.entries(said))('is as it was looked at: %s', async (name, message) => {
    await expectGolden(`${name}.json`, textOf(message));
  });

  it.each(Object.entries(said))('goes to Slack whole, and Slack takes it: %s', (_name, { text, blocks, plain }) => {
    for (const form of plain ? [blocks, plain] : [blocks]) {
      const fitted = fit({ text, blocks: form });

      expect(fitted).toEqual({ text, blocks: form });
      expect(() => checkMessage({ text, blocks: form.map((block) => ({ ...block })) }, () => true)).not.toThrow();
    }
  });

  it.each(Object.entries(said))(
    'has a text for notifications and screen readers that says it: %s',
    (_name, { text }) => {
      expect(text.replaceAll(/<[^>]*>/g, '')).toMatch(/\p{L}{3,} \p{L}/u);
    },
  );
});

describe('what the bot opens', () => {
  it.each(Object.entries(asked))('is as it was looked at, and Slack takes it: %s', async (name, view) => {
    await expectGolden(`${name}.json`, textOf(view));
    if (view.type === 'home')
      expect(() =>
        checkMessage({ text: name, blocks: [...view.blocks].map((b) => ({ ...b })) }, () => true),
      ).not.toThrow();
    else expect(() => checkView({ ...view })).not.toThrow();
  });
});

describe('what the bot answers', () => {
  it.each(transcripts)('is as it was looked at: %s', async (name, transcript) => {
    await expectGolden(`answers/${name}.txt`, transcript);
  });
});

describe('what the app is installed from', () => {
  it('is as it was looked at', async () => {
    await expectGolden('manifest.json', manifest);
  });
});

/** Sentences of these catalogues that stand in no message, and why. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'the bot says it where it is started, before there is a Slack': [
    ...['noMode', 'noModeAdvice', 'badToken', 'badTokenAdvice', 'portTaken', 'portAdvice', 'noSlack', 'noSlackAdvice'],
    ...['scopesMissing', 'scopesAdvice', 'signedIn', 'reserved', 'reservedAdvice', 'badCommand'],
  ].map((key) => `chat.ts: ${key}`),
  'a run that waits or is held says why instead': ['commands.ts: states.waiting', 'commands.ts: states.held'],
  'only a status ends so': ['smoke-test', 'scale-node', 'deploy', 'drill'].map(
    (job) => `jobs.ts: jobs.${job}.outcomes.degraded`,
  ),
  'of steps that were not begun only their number is said': ['remains.ts: not-run'],
  'the job writes it into its report': ['scale-command.ts: uncordon', 'jobs.ts: manyMarked'],
  'the worker writes it into the schedule': [
    ...['stillLooking', 'stillRuns', 'frozen', 'changing', 'cancelled', 'notRead'],
  ].map((key) => `schedules.ts: ${key}`),
};

/** What a function gives that makes something for people to read. */
const MESSAGES = /\b(?:Message|ModalView|HomeView|View|Whisper|Alarm|Turn)\b/;

/** These only gather what others make. */
const COLLECTING = new Set(['drawHomes', 'approveModal']);

/** The exported functions of a file that make messages or views. */
function buildersIn(file: string): string[] {
  const code = readFileSync(file, 'utf8');
  return parseSync(file, code).program.body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || node.declaration?.type !== 'FunctionDeclaration') return [];
    const { id, returnType } = node.declaration;
    return returnType && MESSAGES.test(code.slice(returnType.start, returnType.end)) ? [id?.name ?? ''] : [];
  });
}

describe('everything that is said', () => {
  it('has no angle bracket but of a reference that Slack resolves', () => {
    // Errors in a form are plain text.
    const answers = transcripts.map(([, text]) => text.replaceAll(/^\{.*\}$/gm, ''));
    const texts = [...Object.values(said).map(textOf), ...answers];

    const strays = texts.flatMap((text) => text.match(/<(?!@[UW]|#[CG]|!here>|!subteam\^S|!date\^\d).{0,20}/g) ?? []);

    expect(strays).toEqual([]);
  });
});

describe('the golden files', () => {
  it('use every sentence that the chat and the commands have', () => {
    const texts = [...Object.values(said), ...Object.values(asked)].map(textOf);
    const all = [...texts, manifest, ...transcripts.map(([, text]) => text)].map((text) => text.replaceAll('\\"', '"'));
    const exempt = new Set(Object.values(ELSEWHERE).flat());

    const unused = recorders.flatMap((recorder) => recorder.unused(all));

    expect(unused.filter((path) => !exempt.has(path))).toEqual([]);
    expect([...exempt].filter((path) => !unused.includes(path))).toEqual([]);
  });

  it('have something of every function that makes a message or a view', () => {
    const users = globSync('test/chat/**/*.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');

    const missing = globSync('src/chat/**/*.ts')
      .flatMap(buildersIn)
      .filter((name) => !users.includes(`${name}(`) && !COLLECTING.has(name));

    expect(missing).toEqual([]);
  });

  it('are no more than there are messages', () => {
    const names = [...Object.keys(said), ...Object.keys(asked)].map((name) => `${name}.json`);
    const wanted = new Set([...names, ...transcripts.map(([name]) => `answers/${name}.txt`)]);

    // Those beside the folders are of other tests.
    const found = globSync(`${GOLDEN}/*/**/*.*`).map((path) => path.slice(GOLDEN.length + 1));

    expect(found.filter((path) => !wanted.has(path))).toEqual([]);
  });
});
