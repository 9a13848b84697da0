import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { InputError } from '#domain/errors.ts';
import type { Report } from '#domain/report.ts';
import type { Job, Plan, RunOutcome, Step, SurveyContext } from '#domain/run.ts';
import { words } from '#words/drill.ts';
import { checkOf } from '../check.ts';
import { runKey } from '../smoke-test/openstack/server.ts';
import { lookStep, nameOf, thingStep } from '../mark.ts';

const Input = z.object({ layer: z.string(), risk: z.enum(['change', 'destroy']), seconds: z.number() });
type Input = z.infer<typeof Input>;
/** `target`: what an approver of the sharper drill has to type. */
type Facts = { readonly layer: string; readonly project: string; readonly target: string };

/**
 * Rehearses what people do around a change (approval, waiting, freeze, stop, retry, takeover) without touching anything
 * of theirs: it makes a key pair of its own, waits, and removes it.
 */
export const drill: Job<Input, Facts> = {
  name: 'drill',
  parse: (raw) => Input.parse(raw),
  survey,
  plan,
  report: reportOf,
};

async function survey({ layer }: Input, { environment, ports, signal }: SurveyContext): Promise<Facts> {
  const chosen = environment.layers.find(
    ({ name, kind }) => kind === 'openstack' && (layer === 'all' || layer === name),
  );
  if (!chosen) throw new InputError(words.noLayer(layer, environment.name));
  const { project } = await ports.openstack(chosen.name, signal).identity.authenticate();
  return { layer: chosen.name, project, target: environment.name };
}

function plan({ risk, seconds }: Input, { layer, project, target }: Facts): Plan {
  const key = thingStep({
    id: `${layer}/key`,
    title: words.title.key,
    layer,
    async list(ctx) {
      const found = await ctx.ports.openstack(layer, ctx.signal).compute.keyPair(nameOf(ctx.run, 'drill'));
      return found ? [found] : [];
    },
    make: (ctx) =>
      ctx.ports
        .openstack(layer, ctx.signal)
        .compute.importKeyPair(nameOf(ctx.run, 'drill'), runKey(ctx, layer).publicKey),
    remove: (ctx, { name }) => ctx.ports.openstack(layer, ctx.signal).compute.deleteKeyPair(name),
    detail: ({ name }) => name,
  });
  const wait: Step = {
    id: `${layer}/wait`,
    title: words.title.wait(seconds),
    layer,
    timeoutMs: seconds * 1000 + 60_000,
    find: async () => undefined,
    act: async () => undefined,
    async settle(ctx) {
      await sleep(seconds * 1000, undefined, { signal: ctx.signal });
      return { kind: 'ready', value: undefined };
    },
  };
  const check = lookStep({
    id: `${layer}/check`,
    title: words.title.check,
    layer,
    async look(ctx) {
      const found = await ctx.ports.openstack(layer, ctx.signal).compute.keyPair(ctx.result(key).name);
      return found ? { kind: 'ready', value: found.name } : { kind: 'skip', why: words.gone };
    },
  });
  return {
    summary: words.summary(risk, layer),
    risk,
    ...(risk === 'destroy' ? { target } : {}),
    judged: words.judged(layer, project, seconds),
    steps: [key, wait, check] as readonly Step[],
  };
}

function reportOf(input: Input, facts: Facts | undefined, end: RunOutcome): Report {
  const { outcome, leftovers, endedAt, environment } = end;
  const ends = (facts ? plan(input, facts).steps : []).map(({ id, title }) => ({
    title,
    end: end.steps[id] ?? { status: 'not-run' as const },
  }));
  const failed = ends.flatMap(({ end: step }) => (step.status === 'failed' ? [step] : []));
  return {
    title: words.report.title[outcome],
    subtitle: words.report.subtitle(environment.name),
    health: outcome === 'succeeded' ? 'ok' : 'warning',
    layers: [],
    // What a person stopped is no trouble.
    troubles: (outcome === 'cancelled' ? [] : failed).map(({ message, advice }) => ({
      layer: facts?.layer ?? '',
      health: 'failure' as const,
      what: message,
      advice,
    })),
    checks: ends.map(({ title, end: step }) => checkOf(title, step)),
    hops: [],
    tables: [],
    leftovers,
    at: endedAt,
  };
}
