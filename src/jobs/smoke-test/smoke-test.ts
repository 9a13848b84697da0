import { InputError } from '#domain/errors.ts';
import type { Job, SurveyContext } from '#domain/run.ts';
import { words } from '#words/smoke-test.ts';
import { Input } from './input.ts';
import { LAYER_TESTS } from './layer-tests.ts';
import { type Facts, plan, testOf } from './plan.ts';
import { report } from './report.ts';

/** Proves that a cloud does what a cloud is for, with objects of its own, and takes them away again. */
export const smokeTest: Job<Input, Facts> = {
  name: 'smoke-test',
  parse: (raw) => Input.parse(raw),
  survey,
  plan,
  report,
};

async function survey({ layer }: Input, ctx: SurveyContext): Promise<Facts> {
  const chosen = ctx.environment.layers.filter(
    ({ name, kind }) => LAYER_TESTS[kind] !== undefined && (layer === 'all' || name === layer),
  );
  if (chosen.length === 0) throw new InputError(words.noLayer(layer, ctx.environment.name));
  return { layers: await Promise.all(chosen.map((each) => testOf(each.kind).survey(each, ctx))) };
}
