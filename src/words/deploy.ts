import type { Outcome } from '#domain/run.ts';
import { listed, plural } from './language.ts';

type Health = 'ok' | 'warning' | 'failure';
type Part = { readonly what: string; readonly from?: string | undefined; readonly to?: string | undefined };
type Asked = { readonly action: 'apply' | 'remove' | 'rollback'; readonly isDryRun?: boolean | undefined };

const HEALTHS: Readonly<Record<Health, string>> = { ok: 'ok', warning: 'look at this', failure: 'blocks' };
const TITLES: Readonly<Record<Asked['action'], Readonly<Record<Outcome, string>>>> = {
  apply: {
    succeeded: 'Deployed',
    degraded: 'Deployed, with remarks',
    failed: 'Deploying failed',
    cancelled: 'Deploying stopped',
  },
  remove: {
    succeeded: 'Removed',
    degraded: 'Removed, with remarks',
    failed: 'Removing failed',
    cancelled: 'Removing stopped',
  },
  rollback: {
    succeeded: 'Rolled back',
    degraded: 'Rolled back, with remarks',
    failed: 'Rolling back failed',
    cancelled: 'Rolling back stopped',
  },
};

/** What becomes of a part. */
function change({ from, to }: Part): string {
  if (from === to) return 'kept';
  if (to === undefined) return 'goes';
  return from === undefined ? 'new' : 'changes';
}

/** Sentences of /deploy. */
export const words = {
  noLayer: (layer: string, environment: string) =>
    `deploying layer "${layer}" of environment "${environment}": it has no layer of that name`,
  noProvisioner: (layer: string, name: string) => `deploying layer "${layer}": there is no provisioner "${name}"`,
  planned: 'as planned',
  tunnelsApart: (port: number) => `the pods’ tunnels end at UDP ${port}, away from Neutron’s`,
  sameTunnel: (port: number) => `the pods’ tunnels end at UDP ${port}, which is Neutron’s by default too`,
  dryRun: 'a dry run changes nothing',
  unread: (layer: string, why: string) => `planning "${layer}": whether it is there cannot be told: ${why}`,
  blocked: (whats: readonly string[]) => `checking before anything is changed: ${whats.join('; ')}`,
  preflight: (all: number, warnings: number, failures: number) =>
    [
      `${all} ${plural(all, 'check', 'checks')}`,
      ...(warnings > 0 ? [`${warnings} to look at`] : []),
      ...(failures > 0 ? [`${failures} overridden`] : []),
    ].join(', '),
  change,
  summary: {
    apply: (layers: readonly string[]) => `deploy ${listed(layers)}`,
    remove: (layers: readonly string[]) => `remove ${listed(layers.toReversed())}`,
    rollback: (layers: readonly string[]) => `roll back a release of ${listed(layers)}`,
  },
  title: { preflight: 'Check beforehand what would fail later' },
  rollBack: (release: string) => `Roll back ${release}`,
  judged: {
    override: 'although the preflight says no',
    reason: (reason: string) => `because: ${reason}`,
    part: (layer: string, part: Part) => {
      const versions = part.from !== undefined && part.to !== undefined && part.from !== part.to;
      return `${layer}: ${part.what}: ${change(part)}${versions ? `, ${part.from} to ${part.to}` : ` (${part.to ?? part.from ?? ''})`}`;
    },
    hash: (layer: string, hash: string) => `${layer}: ${hash}`,
    finding: (of: { readonly layer: string; readonly check: string; readonly health: Health; readonly what: string }) =>
      `${of.layer}: ${of.check} ${HEALTHS[of.health]}: ${of.what}`,
  },
  advice: {
    tunnels: 'Set calico_vxlan_port in Kubespray, or vxlan_udp_port of Neutron’s agents, to another port.',
    noProvisioner: (known: readonly string[]) => `Strata knows ${listed(known)}.`,
    unread: 'Mend that first: what is not known to be absent is not set up a second time.',
    preflight: 'Mend it, then deploy again; or override it with a reason, which needs the approval of a destruction.',
  },
  report: {
    title: ({ action, isDryRun }: Asked, outcome: Outcome, isKept: boolean) => {
      if (isDryRun && outcome === 'succeeded') return 'Dry run: this is what would be done';
      if (action === 'apply' && isKept && outcome === 'succeeded') return 'Nothing to change: all is as it is to be';
      return TITLES[action][outcome];
    },
    subtitle: (environment: string, layers: readonly string[], time: string) =>
      `${listed(layers)} of ${environment}, in ${time}`,
    on: (layer: string, title: string) => `${layer}: ${title}`,
    preflight: 'Preflight',
    findings: ['Layer', 'State', 'Check', 'What'],
    healths: HEALTHS,
    parts: 'Parts',
    partColumns: ['Layer', 'Part', 'Change', 'From', 'To'],
  },
};
