import type { Offer } from '#domain/report.ts';
import type { RunOutcome } from '#domain/run.ts';
import { words } from '#words/deploy.ts';
import type { Facts } from './facts.ts';
import { provisionerOf } from './provisioners/provisioners.ts';
import { chosenOf } from './survey.ts';

/** What a step that failed may be brought back to: a release that was well before. */
export function offersOf({ layers }: Facts, { environment, steps }: RunOutcome): readonly Offer[] {
  return layers.flatMap(({ name, facts }) => {
    const [layer] = chosenOf([name], environment);
    const failed = Object.entries(steps).flatMap(([id, { status }]) => (status === 'failed' ? [id] : []));
    const releases = failed.flatMap((id) =>
      id.startsWith(`${name}/release-`) ? [id.slice(`${name}/release-`.length)] : [],
    );
    return releases.flatMap((release): Offer[] => {
      const back = layer ? (provisionerOf(layer).rollbackSteps?.(layer, facts, release) ?? []) : [];
      if (back.length === 0) return [];
      const text = `--environment ${environment.name} --layer ${name} --rollback ${release}`;
      return [{ label: words.rollBack(release), command: 'deploy', text }];
    });
  });
}
