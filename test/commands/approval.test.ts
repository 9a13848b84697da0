import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signWith } from '#adapters/keys/sign.ts';
import { cut, LIMITS } from '#chat/limits.ts';
import { answer } from '#commands/answer.ts';
import type { CommandDeps } from '#commands/spec.ts';
import type { CommandRequest, Reply } from '#domain/command.ts';
import type { Job, Plan, RunRef } from '#domain/run.ts';
import { fingerprintOf } from '#domain/ssh-signature.ts';
import type { Environment } from '#domain/stack.ts';
import { carry } from '#engine/carry.ts';
import { jobOf, Shelf, thingStep } from '../engine/job.ts';
import { calm, openWorld, type World } from '../engine/world.ts';
import { keyPair } from '../keys.ts';

const lead = keyPair();
const requester = keyPair();
const stranger = keyPair();

let world: World;
let shelf: Shelf;
beforeEach(async () => {
  world = await openWorld();
  shelf = new Shelf();
});
afterEach(() => world.close());

function people(change: Partial<Environment> = {}): void {
  const [environment] = world.stack.environments;
  Object.assign(environment ?? {}, {
    people: { view: ['*'], operate: ['U1'], approve: ['U1', 'U2'], breakGlass: ['U1'] },
    ...change,
  });
}

function deps(): CommandDeps {
  const { runs, journal, gate, audit, artifacts, schedules } = world;
  const stack = { ...world.stack, keys: { U1: [requester.line], U2: [stranger.line, lead.line] } };
  const dispatcher = { dispatch: () => Promise.reject(new Error('not here')) };
  const idle = { wake: async () => undefined, keepTicking: async () => undefined, habits: world.habits };
  return { stack, runs, journal, gate, audit, artifacts, schedules, dispatcher, ...idle };
}

type Sign = CommandRequest['sign'];

function by({ file }: { readonly file: string }): Sign {
  return (text) => signWith(file, text);
}

/** The command of a person at a terminal. */
async function atTerminal(id: string, text: string, sign?: Sign): Promise<Reply> {
  const [command = '', ...rest] = text.split(' ');
  const caller = { person: { id, name: id.toLowerCase() }, groups: [] };
  const origin = { kind: 'terminal', host: 'desk' } as const;
  return answer({ command, text: rest.join(' '), caller, origin, once: `once ${Math.random()}`, sign }, deps());
}

async function inSlack(id: string, text: string): Promise<Reply> {
  const caller = { person: { id, name: id }, groups: [], channel: { id: 'C0OPS', name: 'ops' } };
  const origin = { kind: 'slack', team: 'T1', channel: 'C0OPS' } as const;
  return answer({ command: 'strata', text, caller, origin, once: `once ${Math.random()}` }, deps());
}

function job(change: Partial<Plan> = {}): Job {
  const { undo: _, ...step } = thingStep(shelf, 'server');
  return jobOf({ summary: 'one thing', risk: 'change', steps: [step], ...change });
}

async function asking(change: Partial<Plan> = {}): Promise<{ run: RunRef; plan: string }> {
  const run = await world.ask();
  await carry(world.engine(job(change)), run, calm());
  return { run, plan: (await world.view(run)).approval?.digest ?? '' };
}

async function lastOf(run: RunRef) {
  return (await world.journal.read(run)).at(-1);
}

describe('asking for the command that approves', () => {
  const judged = (count: number) => Array.from({ length: count }, (_, index) => `cloud: make server worker-${index}`);

  it('gives it in Slack before a plan that is cut there, at a terminal after it', async () => {
    people();
    const { run, plan } = await asking({ judged: judged(600), risk: 'destroy', target: 'node-4' });
    const command = `approve ${run.number} --plan ${plan.slice(0, 12)} --typed ...`;

    const { text } = await inSlack('U2', `approve ${run.number}`);
    const { text: there } = await atTerminal('U2', `approve ${run.number}`);

    const shown = cut(text, LIMITS.ephemeralText);
    expect(shown).not.toBe(text);
    expect(shown).toContain(command);
    expect(shown).toContain('the name of what it destroys: `node-4`');
    expect(shown.endsWith('…\n```')).toBe(true);
    expect(there.split('\n').slice(-2).join(' ')).toContain(command);
  });

  it('gives none in Slack for a plan that Slack cannot show at all', async () => {
    people();
    const { run } = await asking({ judged: judged(3000) });

    const { text } = await inSlack('U2', `approve ${run.number}`);

    expect(text).toContain(`strata run approve ${run.number}`);
    expect(text).not.toContain('Nothing was decided yet');
  });
});

describe('approving at a terminal', () => {
  it('counts with the key of the approver, and anybody can verify the record with ssh-keygen', async () => {
    people();
    const { run, plan } = await asking();

    const reply = await atTerminal('U2', `approve ${run.number} --plan ${plan.slice(0, 12)}`, by(lead));

    expect(reply).toEqual({ kind: 'text', text: `Run #${run.number} is approved, and goes on when its turn comes.` });
    const event = await lastOf(run);
    if (event?.type !== 'approved' || !event.proof) throw new Error('no approval with a proof');
    const proof = { host: 'desk', key: fingerprintOf(lead.line) };
    expect(event).toMatchObject({ by: { id: 'U2' }, digest: plan, proof });
    const folder = mkdtempSync(join(tmpdir(), 'strata-proof-'));
    writeFileSync(join(folder, 'signers'), `U2 ${lead.line}\n`);
    writeFileSync(join(folder, 'signature'), event.proof.signature);
    const about = ['-f', join(folder, 'signers'), '-I', 'U2', '-n', 'strata', '-s', join(folder, 'signature')];
    const verified = execFileSync('ssh-keygen', ['-Y', 'verify', ...about], { input: event.proof.statement });
    expect(verified.toString()).toContain('Good');
    expect(JSON.parse(event.proof.statement)).toMatchObject({ decision: 'approve', run: run.number, plan, by: 'U2' });
    expect((await atTerminal('U2', `show ${run.number}`)).text).toMatch(
      /approved by <@U2> \(at a terminal on desk, key `SHA256:.+`\)/,
    );
  });

  it.each<[who: string, id: string, sign: Sign, why: RegExp]>([
    ['without a key', 'U2', undefined, /takes your personal key.\n.*--key/],
    ['with the key of somebody else', 'U2', by(requester), /no signature of this decision by a key of yours/],
    ['with something that is no signature', 'U2', async () => 'yes', /no signature of this decision/],
    ['by somebody who may not, key or not', 'U3', by(lead), /may not approve/],
    ['by the one who asked, key or not', 'U1', by(requester), /somebody else has to, this run is yours/],
  ])('%s is refused and kept', async (_who, id, sign, why) => {
    people();
    const { run, plan } = await asking();
    const { seq } = await world.view(run);

    const reply = await atTerminal(id, `approve ${run.number} --plan ${plan}`, sign);

    expect(reply).toMatchObject({ error: true });
    expect(reply.text).toMatch(why);
    expect((await world.view(run)).seq).toBe(seq);
    const { records } = await world.audit.read(world.environment);
    expect(records.filter(({ source, event }) => source === '' && event.includes(`"id":"${id}"`))).toHaveLength(1);
  });

  it('by somebody without a key in the stack file is refused, with what to add', async () => {
    people({ people: { view: ['*'], operate: ['U1'], approve: ['U4'] } });
    const { run, plan } = await asking();

    const { text } = await atTerminal('U4', `approve ${run.number} --plan ${plan}`, by(lead));

    expect(text).toMatch(/<@U4> has none in the stack file.\nAdd the line of your id_ed25519.pub/);
  });

  it('a signature of one decision is none of another', async () => {
    people();
    const kept: string[] = [];
    const keeping: Sign = async (text) => {
      kept.push(await signWith(lead.file, text));
      return kept.at(-1) ?? '';
    };
    const first = await asking();
    await atTerminal('U2', `approve ${first.run.number} --plan ${first.plan}`, keeping);
    const second = await asking();

    const reply = await atTerminal(
      'U2',
      `approve ${second.run.number} --plan ${second.plan}`,
      async () => kept[0] ?? '',
    );

    expect(second.plan).toBe(first.plan);
    expect(reply.text).toContain('no signature of this decision');
  });

  it('without the plan shows it, and decides nothing; another plan does not count', async () => {
    people();
    const { run, plan } = await asking({ judged: ['remove node-4 (id 17)'], risk: 'destroy', target: 'node-4' });
    const { seq } = await world.view(run);
    const approve = (more: string) => atTerminal('U2', `approve ${run.number}${more}`, by(lead));

    const shown = await approve('');
    const other = await approve(` --plan ${'e'.repeat(12)}`);
    const short = await approve(` --plan ${plan.slice(0, 4)}`);
    const nameless = await approve(` --plan ${plan}`);

    expect(shown).toMatchObject({ error: true });
    expect(shown.text).toContain('remove node-4 (id 17)');
    expect(shown.text).toContain(`strata run approve ${run.number} --plan ${plan.slice(0, 12)} --typed ...`);
    expect(other.text).toContain('the plan has changed');
    expect(short.text).toContain('12 characters or more');
    expect(nameless.text).toContain('type the name as it stands: node-4');
    expect((await world.view(run)).seq).toBe(seq);
    await approve(` --plan ${plan} --typed node-4`);
    expect(await world.view(run)).toMatchObject({ approval: { state: 'approved' } });
  });

  it('denying takes the key too', async () => {
    people();
    const { run } = await asking();
    const command = `deny ${run.number} "not on a Friday, password=hunter22"`;

    const refused = await atTerminal('U2', command);
    const reply = await atTerminal('U2', command, by(lead));

    expect(refused.text).toContain('personal key');
    expect(reply).toEqual({ kind: 'text', text: `Run #${run.number} is denied.` });
    expect(await lastOf(run)).toMatchObject({ type: 'denied', proof: { host: 'desk' } });
    expect(JSON.stringify(await world.journal.read(run))).not.toContain('hunter22');
  });
});

describe('breaking the glass', () => {
  const destroy = { risk: 'destroy', target: 'node-4' } as const;

  it('lets the requester go on without a second person, for a reason, and is kept for ever', async () => {
    people({ production: true });
    const { run, plan } = await asking(destroy);

    const reply = await inSlack('U1', `break-glass ${run.number} "nobody is awake" --plan ${plan} --typed node-4`);
    await carry(world.engine(job(destroy)), run, calm());

    expect(reply.text).toContain('goes on without a second person');
    const glass = [{ by: { id: 'U1' }, digest: plan, reason: 'nobody is awake' }];
    const approval = { state: 'approved', by: [] };
    expect(await world.view(run)).toMatchObject({ outcome: 'succeeded', approval, glass });
    expect(shelf.made).toBe(1);
    expect((await inSlack('U1', `show ${run.number}`)).text).toContain('‼ <@U1> broke the glass: nobody is awake');
    const { records } = await world.audit.read(world.environment);
    expect(records.map(({ event }) => (JSON.parse(event) as { type: string }).type)).toContain('glass-broken');
  });

  it.each([
    ['without a reason', 'U1', (plan: string) => `--plan ${plan} --typed node-4`, 'give a reason'],
    ['with an empty one', 'U1', (plan: string) => `"  " --plan ${plan} --typed node-4`, 'give a reason'],
    ['without the name', 'U1', (plan: string) => `"fire" --plan ${plan}`, 'type the name as it stands'],
    ['of another plan', 'U1', () => `"fire" --plan ${'e'.repeat(12)} --typed node-4`, 'the plan has changed'],
    ['without the plan', 'U1', () => '"fire"', 'Nothing was decided yet'],
    ['by an approver who is not listed', 'U2', (plan: string) => `"fire" --plan ${plan}`, 'may not break the glass'],
  ])('%s is not done', async (_what, id, textOf, why) => {
    people();
    const { run, plan } = await asking(destroy);
    const { seq } = await world.view(run);

    const reply = await inSlack(id, `break-glass ${run.number} ${textOf(plan)}`);

    expect(reply).toMatchObject({ error: true });
    expect(reply.text).toContain(why);
    expect((await world.view(run)).seq).toBe(seq);
  });

  it('is for nobody by default, and never undoes a denial', async () => {
    people({ people: { view: ['*'], operate: ['U1'], approve: ['U1', 'U2'] } });
    const { run, plan } = await asking();
    const command = `break-glass ${run.number} "fire" --plan ${plan}`;

    expect((await inSlack('U1', command)).text).toContain('Nobody may so far.');
    await inSlack('U2', `deny ${run.number} "no"`);
    people();
    expect((await inSlack('U1', command)).text).toContain('this was decided already');
  });

  it('holds for the plan that was seen: a changed one asks again', async () => {
    people();
    let version = 1;
    const { steps } = job().plan({}, {}, world.stack.environments[0]!);
    const changing: Job = {
      ...job(),
      plan: () => ({ summary: '', risk: 'change', judged: [`playbook ${version}`], steps }),
    };
    const run = await world.ask();
    await carry(world.engine(changing), run, calm());
    const { approval } = await world.view(run);
    await inSlack('U1', `break-glass ${run.number} "fire" --plan ${approval?.digest}`);
    version = 2;

    await carry(world.engine(changing), run, calm());

    expect(await world.view(run)).toMatchObject({ state: 'asking', approval: { by: [] }, glass: [{ reason: 'fire' }] });
    expect(shelf.made).toBe(0);
  });

  it('takes the key at a terminal', async () => {
    people();
    const { run, plan } = await asking();
    const command = `break-glass ${run.number} "Slack is down" --plan ${plan}`;

    const refused = await atTerminal('U1', command);
    await atTerminal('U1', command, by(requester));

    expect(refused.text).toContain('personal key');
    expect(await lastOf(run)).toMatchObject({ type: 'glass-broken', proof: { key: fingerprintOf(requester.line) } });
  });
});
