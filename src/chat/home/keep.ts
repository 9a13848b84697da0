import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HomeView } from '@slack/types';
import type { Visitor } from '#domain/ports.ts';
import type { SlackApi } from '../api.ts';
import { drawHomes, type DrawDeps } from './draw.ts';
import type { Log } from '../log.ts';
import type { Pace } from '../pace.ts';
import { SlackTrouble } from '../trouble.ts';

export type KeepDeps = DrawDeps & {
  readonly api: Pick<SlackApi, 'call'>;
  readonly pace: Pace;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** False when another bot publishes now. */
  readonly isOurs: () => boolean;
  /** Between two rounds, so between two publishings for one person. */
  readonly homeGapMs: number;
  /** After an answer that is no answer, as while Slack is down. */
  readonly patienceMs: number;
};

/** Keeps the homes of those fresh who looked at theirs of late. */
export type KeptHomes = {
  /** Something may look different now. */
  changed(): void;
  /** Another bot publishes now: what this one published says nothing any more. */
  forget(): void;
  /** Ends with the signal. */
  readonly done: Promise<void>;
};

/** Who looked last is served first. */
const MOST_PEOPLE = 60;
/** `views.publish` may be called about 100 times a minute. @see https://docs.slack.dev/reference/methods/views.publish */
const PUBLISH_GAP_MS = 650;

/** Publishes homes again after changes, all that came meanwhile at once. Never throws; no run waits for it. */
export function keepHomes(deps: KeepDeps): KeptHomes {
  const { signal, homeGapMs, patienceMs } = deps;
  const drawn = new Map<string, string>();
  let isChanged = false;
  let wake = () => {};
  signal.addEventListener('abort', () => wake(), { once: true });
  const changed = () => {
    isChanged = true;
    wake();
  };

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      if (!isChanged) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      isChanged = false;
      try {
        await round(drawn, deps);
        await sleep(homeGapMs, undefined, { signal });
      } catch (error) {
        if (signal.aborted) break;
        deps.log.warn({ error }, 'publishing App Homes came to nothing; again later');
        isChanged = true;
        const afterMs = error instanceof SlackTrouble ? error.afterMs : 0;
        await sleep(Math.max(patienceMs, afterMs), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  return { changed, forget: () => drawn.clear(), done: loop() };
}

/** Publishes what is not published just so. @throws SlackTrouble when the same may work later */
async function round(drawn: Map<string, string>, deps: KeepDeps): Promise<void> {
  if (!deps.isOurs()) return;
  const visitors = await deps.memory.visitors(MOST_PEOPLE);
  const views = await drawHomes(
    visitors.map(({ person }) => person),
    deps,
  );
  let trouble: unknown;
  for (const [index, visitor] of visitors.entries()) {
    const view = views[index];
    if (!view) continue;
    try {
      await publish(view, visitor, { drawn, deps });
    } catch (error) {
      // One home that Slack does not take keeps no other back; a second one means that it takes none.
      if (trouble || !(error instanceof SlackTrouble) || error.kind !== 'unclear') throw error;
      trouble = error;
    }
  }
  if (trouble) throw trouble as SlackTrouble;
}

type To = { readonly drawn: Map<string, string>; readonly deps: KeepDeps };

/** @throws SlackTrouble when the same call may work later */
async function publish(view: HomeView, { person, atMs }: Visitor, { drawn, deps }: To): Promise<void> {
  const { pace, signal, api, log } = deps;
  // Whoever opened it since got a newer one then, perhaps.
  const now = `${atMs} ${createHash('sha256').update(JSON.stringify(view)).digest('base64url')}`;
  if (drawn.get(person) === now) return;
  await pace.turn('publish', PUBLISH_GAP_MS, signal);
  try {
    await api.call('views.publish', { user_id: person, view });
  } catch (error) {
    if (!(error instanceof SlackTrouble) || error.kind !== 'refused') throw error;
    log.warn({ person, code: error.code }, 'Slack refuses the App Home of a person');
  }
  drawn.set(person, now);
}
