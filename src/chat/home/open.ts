import { randomBytes } from 'node:crypto';
import type { HomeView } from '@slack/types';
import { z } from 'zod';
import { words } from '#words/home.ts';
import { drawHomes, type DrawDeps } from './draw.ts';
import { noteView } from './view.ts';
import { isMember } from '../identity.ts';
import type { Log } from '../log.ts';
import { troubleOf } from '../trouble.ts';

/**
 * What Slack delivers when somebody looks at App Home; `view` once one was published. In a channel that is shared with
 * another workspace, `team_id` is that of the person.
 * @see https://docs.slack.dev/reference/events/app_home_opened, https://github.com/slackapi/bolt-js/issues/1948
 */
const Opened = z.object({
  team_id: z.string(),
  event: z.object({
    user: z.string(),
    tab: z.string().optional(),
    view: z.object({ hash: z.string().optional(), team_id: z.string().optional() }).optional(),
  }),
});

export type OpenDeps = DrawDeps & { readonly log: Log };
type Call = (method: string, args: Record<string, unknown>) => Promise<unknown>;

/** Publishes the home of whoever opened it, and keeps that they did. Never throws. */
export async function openHome(
  delivery: unknown,
  { call, ...deps }: OpenDeps & { readonly call: Call },
): Promise<void> {
  try {
    const { team_id: team, event } = Opened.parse(delivery);
    const { user, tab = 'home', view: { hash, team_id: viewTeam = team } = {} } = event;
    if (tab !== 'home') return;
    const view = isMember(deps.identity, team, viewTeam) ? await viewFor(user, deps) : noteView(words.outsider);
    // Whatever was published since it was opened is not older.
    await call('views.publish', { user_id: user, view, ...(hash === undefined ? {} : { hash }) });
  } catch (error) {
    const { code } = troubleOf('views.publish', error);
    if (code !== 'hash_conflict') deps.log.warn({ code, error }, 'an App Home could not be published');
  }
}

async function viewFor(user: string, deps: OpenDeps): Promise<HomeView> {
  const reference = randomBytes(3).toString('hex');
  try {
    await deps.memory.visit(user);
    const [view] = await drawHomes([user], deps);
    if (!view) throw new Error('drawing a home: there is none');
    return view;
  } catch (error) {
    deps.log.error({ reference, error }, 'drawing an App Home failed');
    return noteView(words.unread(reference));
  }
}
