import { InputError, type StrataError } from '#domain/errors.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-kolla.ts';
import { type Sign, signOf, unreadError } from '../../absence.ts';
import type { Finding } from '../../provisioner.ts';

/** On every host of Kolla's, whatever services it has. @see https://docs.openstack.org/kolla-ansible/latest/user/operating-kolla.html */
const EVERYWHERE: ReadonlySet<string> = new Set(['kolla_toolbox', 'fluentd', 'cron']);

type Seen = { readonly isThere: boolean; readonly finding?: Finding | undefined };

/**
 * Whether a cloud is there, whoever set it up. Kolla's commands are the same for a new one and one in trouble, which they may
 * mend: so they are not kept from it, but what could not be read is told before anybody agrees.
 * @throws CheckError when clouds.yaml cannot be read
 */
export async function lookAt(layer: Layer, ctx: SurveyContext): Promise<Seen> {
  try {
    await ctx.ports.openstack(layer.name, ctx.signal).identity.authenticate();
    return { isThere: true };
  } catch (error) {
    ctx.signal.throwIfAborted();
    const sign = signOf(error);
    if (sign === undefined) throw error;
    // Our own files are wrong: that tells nothing of the cloud.
    if (sign === 'barred' && error instanceof InputError) throw unreadError(layer.name, error);
    return judged(layer, { sign, error: error as StrataError, containers: await containersOf(layer, ctx) });
  }
}

type Unread = { readonly sign: Sign; readonly error: StrataError; readonly containers: number };

function judged({ name: layer }: Layer, { sign, error, containers }: Unread): Seen {
  const { message, advice } = error;
  const isThere = sign !== 'silent' || containers > 0;
  const silent = containers > 0 ? words.containers(containers, message) : words.silent(message);
  const what = sign === 'silent' ? silent : words.unread(message);
  return { isThere, finding: { layer, check: 'cloud', health: 'warning', what, advice } };
}

/** How many containers of Kolla's its host has; 0 where they cannot be asked for. */
async function containersOf({ name }: Layer, { ports, signal }: SurveyContext): Promise<number> {
  try {
    const all = (await ports.containers(name, signal)?.list()) ?? [];
    return all.some((each) => EVERYWHERE.has(each.name)) ? all.length : 0;
  } catch (error) {
    signal.throwIfAborted();
    if (signOf(error) === undefined) throw error;
    return 0;
  }
}
