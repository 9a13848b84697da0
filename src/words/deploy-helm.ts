import { listed, plural } from './language.ts';

function count(many: number, one: string): string {
  return `${many} ${one}${plural(many, '', 's')}`;
}

const MOST = 4;
/** A few of many. */
function few(names: readonly string[]): string {
  return names.length <= MOST ? listed(names) : `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more`;
}

/** As a chart is approved: its version, and a hash over it and its values. */
function versioned(version: string, digest: string): string {
  return `${version} (${digest.slice(0, 12)})`;
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  return listed(Object.entries(labels).map(([name, value]) => `${name}=${value}`));
}

type Pending = {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  readonly previous: number | undefined;
};

/** Sentences about what Helm installs. */
export const words = {
  noHelm: (layer: string) => `deploying "${layer}": the stack file does not say what Helm installs there`,
  noCluster: (layer: string) => `deploying "${layer}": it stands on no Kubernetes layer`,
  noNamespace: (release: string) => `deploying release "${release}": nothing says which namespace it goes to`,
  reading: (charts: string) => `reading charts of ${charts}`,
  noAnswer: (charts: string, said: string) => `reading charts of ${charts}: ${said === '' ? 'no answer' : said}`,
  looking: (release: string) => `reading release "${release}"`,
  installing: (release: string) => `installing release "${release}"`,
  rollingBack: (release: string, revision: number) => `rolling release "${release}" back to revision ${revision}`,
  uninstalling: (release: string) => `uninstalling release "${release}"`,
  exit: (code: number) => `helm ended with ${code}`,
  hook: ({ job, why, lines }: { readonly job: string; readonly why: string; readonly lines: readonly string[] }) =>
    [
      `Job ${job} has not ended${why === '' ? '' : ` (${why})`}`,
      ...(lines.length > 0 ? [`it said: ${lines.join(' | ')}`] : []),
    ].join(', '),
  jobFailed: ({
    name,
    reason,
    message,
  }: {
    readonly name: string;
    readonly reason: string;
    readonly message: string;
  }) => `waiting for Job "${name}": it failed: ${[reason, message].filter(Boolean).join(', ')}`,
  gone: (release: string) => `waiting for release "${release}": Helm's record of it is gone`,
  whole: (workloads: number, pods: number) => `${count(workloads, 'workload')} with ${count(pods, 'pod')} ready`,
  missing: (names: readonly string[]) => `not yet: ${few(names)}`,
  absent: 'what is not there yet',
  short: (kind: string, name: string, { ready, desired }: { readonly ready: number; readonly desired: number }) =>
    `${kind} ${name} ${ready} of ${desired}`,
  done: (revision: number, detail: string) => `revision ${revision}, ${detail}`,
  unfinished: (detail: string, jobs: readonly string[]) =>
    `${detail}; a rollback runs no Jobs: ${few(jobs)} of the upgrade ${plural(jobs.length, 'has', 'have')} not ended, and pods that restart wait for ${plural(jobs.length, 'it', 'them')}`,
  later: (revision: number, why: string) =>
    `revision ${revision}; a release further on brings what it waits for: ${why}`,
  labelled: (nodes: number) => `${count(nodes, 'node')} labelled`,
  unlabelled: (nodes: number) => `taken off ${count(nodes, 'node')}`,
  leaving: (pods: number) => `${count(pods, 'pod')} leaving`,
  claimsLeft: (names: readonly string[]) => `still there: ${few(names)}`,
  notOwn: (namespace: string) => `namespace ${namespace} is not Strata's any more`,
  inUse: (namespace: string, releases: readonly string[]) =>
    `namespace ${namespace} stays: ${few(releases)} ${plural(releases.length, 'is', 'are')} at home there`,
  terminating: (namespace: string) => `namespace ${namespace} is being emptied`,
  verified: (summaries: readonly string[], unread: readonly string[]) =>
    [...summaries, ...(unread.length > 0 ? [`not verified: ${few(unread)}`] : [])].join('; '),
  noClass: (name: string) => `looking for StorageClass "${name}": there is none of that name`,
  noClaim: 'claiming a volume: the claim is gone',
  made: 'made by Strata',
  labelsOf,
  part: {
    release: (namespace: string, name: string) => `release ${namespace}/${name}`,
    namespace: (name: string) => `namespace ${name}`,
    labels: (node: string) => `labels of ${node}`,
    workers: 'the workers',
    to: versioned,
    from: (now: {
      readonly version?: string | undefined;
      readonly digest?: string | undefined;
      readonly revision: number;
      readonly status: string;
    }) => {
      const { version = 'version not known', digest, revision, status } = now;
      const is = digest === undefined ? `${version} (revision ${revision})` : versioned(version, digest);
      return status === 'deployed' ? is : `${is} ${status}`;
    },
    unknown: 'not known: its chart cannot be read',
  },
  hash: (release: string, chart: string, values: readonly string[]) =>
    [
      `chart of ${release} sha256 ${chart.slice(0, 16)}`,
      ...(values.length > 0 ? [`values ${values.map((hash) => hash.slice(0, 16)).join(', ')}`] : []),
    ].join(', '),
  found: {
    helm: (version: string) => `helm ${version}`,
    noHelm: (error: string) => `helm cannot be run where the tools run: ${error === '' ? 'no answer' : error}`,
    oldHelm: (version: string, oldest: string) => `helm is ${version}, and Strata needs ${oldest} or newer`,
    charts: (many: number, kubernetes: string | undefined) =>
      `${count(many, 'chart')} ${plural(many, 'renders', 'render')}${kubernetes === undefined ? '' : ` for Kubernetes ${kubernetes}`}`,
    chart: (release: string, error: string) => `chart of ${release}: ${error.replaceAll(/\s*\n\s*/g, ' ')}`,
    pending: (release: string, status: string, revision: number) =>
      `release ${release} is ${status} (revision ${revision}): a helm command still runs, or was cut off`,
    classes: (names: readonly string[]) => `StorageClass ${listed(names)} ${plural(names.length, 'is', 'are')} there`,
    noClasses: (names: readonly string[]) =>
      `StorageClass ${listed(names)} ${plural(names.length, 'is', 'are')} not there`,
    labels: (names: readonly string[], nodes: number) => `${count(nodes, 'node')} will have ${listed(names)}`,
    noWorkers: 'no node takes pods, so none can be labelled',
    hosts: (names: readonly string[]) => `${few(names)} ${plural(names.length, 'resolves', 'resolve')}`,
    noHosts: (names: readonly string[], why: string) =>
      `${few(names)} ${plural(names.length, 'does', 'do')} not resolve where the tools run: ${why}`,
  },
  title: {
    namespace: (name: string) => `Create namespace ${name}`,
    labels: (labels: Readonly<Record<string, string>>) => `Label the workers ${labelsOf(labels)}`,
    unlabel: (labels: Readonly<Record<string, string>>) => `Take the labels ${labelsOf(labels)} off the workers`,
    install: (release: string, version = '') => `Install ${`${release} ${version}`.trim()}`,
    upgrade: (release: string, version = '') => `Upgrade ${release}${version === '' ? '' : ` to ${version}`}`,
    rollback: (release: string, from: number | undefined, to: number) =>
      `Roll ${release} back${from === undefined ? '' : ` from revision ${from}`} to revision ${to}`,
    uninstall: (release: string) => `Uninstall ${release}`,
    claims: (namespace: string, names: readonly string[]) =>
      `Delete the ${plural(names.length, 'claim', 'claims')} ${listed(names)} of ${namespace}, with the data`,
    removeNamespace: (name: string) => `Delete namespace ${name}`,
    verify: (layer: string) => `See that ${layer} is well`,
    storageClass: (name: string) => `Find StorageClass ${name}`,
    claim: 'Claim a volume, and let it go again',
  },
  risk: {
    release: (release: string) => `release ${release} stays failed, with what of it was made; it may be deployed again`,
    uninstall: (release: string) => `release ${release} may be gone in part; uninstalling again completes it`,
    namespace: (name: string) => `namespace ${name}, being deleted`,
    claims: 'some claims and their data are gone, the others stay',
  },
  advice: {
    noHelm: 'Give the layer "helm: { charts, releases }" in the stack file.',
    noCluster: 'Let it stand "on" a layer of kind kubernetes.',
    noNamespace: 'Give the layer, or the release, a "namespace" in the stack file.',
    charts: 'Check "helm.charts" of the layer, and that python3 and helm are there where the tools run.',
    installHelm: 'Install it where the tools run, or put its folder into the PATH of "tools.command".',
    chart: (error: string) => {
      if (/kubeVersion|incompatible with Kubernetes/i.test(error))
        return 'Take a version of the chart that fits this Kubernetes, or another Kubernetes.';
      if (/found in Chart.yaml, but missing in charts/i.test(error))
        return 'Run helm dependency build for this chart where the tools run, then deploy again.';
      if (/no such file|not found|no cached repo/i.test(error))
        return 'Check "helm.charts" and the files of the release: paths are those of the machine where the tools run.';
      return 'Mend the chart or its values: helm template shows the same error, without a cluster.';
    },
    pending: ({ name, namespace, revision, previous }: Pending) =>
      [
        'See that no helm runs any more.',
        previous === undefined
          ? `Then forget what was cut off: kubectl delete secret sh.helm.release.v1.${name}.v${revision} -n ${namespace}; deploying again takes over what is there.`
          : `Then go back: helm rollback ${name} ${previous} -n ${namespace}.`,
      ].join(' '),
    classes: (names: readonly string[]) =>
      names.length === 0
        ? 'The cluster has no StorageClass: install what provides storage first (Rook).'
        : `The cluster has ${listed(names)}: name one of them in the values, or install what provides it.`,
    noWorkers: 'Uncordon a node, or add one with /scale-node.',
    hosts:
      'Give them a record in the DNS, or a line in /etc/hosts of all who use them: the address is that of the Ingress.',
    job: 'Read the log of its last pod and mend the cause; deploying again runs it again.',
    helm: 'Mend what it says, then deploy again: what is done already stays.',
    log: (run: number, log: string) => `The log: strata artifact ${run} ${log}`,
    rollback: (where: string, release: string, revision: number) =>
      `Or go back to revision ${revision}: /deploy ${where} --rollback ${release}`,
    gone: 'Somebody removed it meanwhile: deploy again.',
    terminating: 'kubectl get namespace -o yaml tells by its conditions which finalizers keep it.',
    leaving: 'A node that is silent keeps its pods: look at kubectl get pods -o wide.',
    claims: 'A pod still mounts them, or their volumes cannot be deleted: kubectl describe pvc.',
    claim: 'Look at the provisioner of the class: its pods, and the health of Ceph.',
  },
};
