import { worstFirst } from '#domain/health.ts';
import type { Trouble } from '#domain/report.ts';
import type { Step, StepContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import { lookStep } from '../../mark.ts';
import { namespace as namespaceReader } from '../../status/namespace/namespace.ts';
import type { Reader } from '../../status/reader.ts';
import type { HelmFacts } from './facts.ts';
import { settingOf } from './setting.ts';

const LOOK_MS = 3000;

/**
 * Waits until the readers of a status find nothing wrong: `readers` for the layer itself, and one for each of its namespaces.
 * What they could not read is said, and does not count as well.
 */
export function verifyStep(
  layer: Layer,
  { releases }: HelmFacts,
  readers: readonly Reader[],
): Step<string | undefined> {
  const names = [...new Set(releases.map(({ namespace }) => namespace))];
  const others = names
    .filter((name) => name !== layer.namespace)
    .map((name): Layer => ({ ...layer, namespace: name, cloud: undefined }));
  return lookStep<string>({
    id: `${layer.name}/verify`,
    title: words.title.verify(layer.name),
    layer: layer.name,
    timeoutMs: settingOf(layer).timeoutMinutes * 60_000,
    async look(ctx) {
      const told = await Promise.all([
        ...readers
          .filter((reader) => reader.appliesTo(layer, scopeOf(layer, ctx)))
          .map((reader) => tell(ctx, layer, reader)),
        ...others.map((other) => tell(ctx, other, namespaceReader as Reader)),
      ]);
      const troubles = worstFirst(told.flatMap((each) => each.troubles));
      const first = troubles.find(({ health }) => health === 'failure' || health === 'waiting');
      if (first) return { kind: 'wait', afterMs: LOOK_MS, why: said(first), advice: first.advice };
      const unread = troubles.filter(({ health }) => health === 'unknown').map(({ what }) => what);
      const summary = words.verified([...new Set(told.map((each) => each.summary))], unread);
      return { kind: 'ready', value: summary, detail: summary };
    },
  });
}

function scopeOf(layer: Layer, { environment }: StepContext) {
  return { environment, chosen: [layer] };
}

async function tell({ environment, ports, signal }: StepContext, layer: Layer, reader: Reader) {
  const reading = await reader.read({ layer, environment, ports, signal });
  return { summary: reader.summary(reading), troubles: reader.troubles(layer, reading) };
}

function said({ what, cause }: Trouble): string {
  return [what, cause].filter(Boolean).join(': ');
}
