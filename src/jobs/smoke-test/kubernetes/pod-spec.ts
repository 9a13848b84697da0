import type { Labels } from '#domain/kubernetes.ts';

/** Nobody, as every Linux knows it. */
const NOBODY = 65_534;

export type PodSpecOn = {
  readonly image: string;
  readonly argv: readonly string[];
  readonly port?: number;
  /** By mount path: the name of a ConfigMap or of a claim. */
  readonly mounts?: Readonly<Record<string, { readonly configMap: string } | { readonly claim: string }>>;
  readonly affinity?: object | undefined;
  /** Lets nobody ping. A safe sysctl, also under Pod Security `restricted`. */
  readonly mayPing?: boolean | undefined;
  readonly restartPolicy: 'Always' | 'Never';
};

/** A pod of one container that Pod Security `restricted` lets in, and a quota that wants limits. */
export function podSpec(on: PodSpecOn) {
  const { image, argv, port, mounts = {}, affinity, mayPing, restartPolicy } = on;
  const sources = Object.entries(mounts).map(([mountPath, source], index) => ({
    name: `volume-${index}`,
    mountPath,
    source:
      'claim' in source
        ? { persistentVolumeClaim: { claimName: source.claim } }
        : { configMap: { name: source.configMap } },
  }));
  const container = {
    name: 'strata',
    image,
    command: argv,
    ...(port === undefined
      ? {}
      : { ports: [{ containerPort: port }], readinessProbe: { httpGet: { path: '/', port } } }),
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '500m', memory: '64Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: sources.map(({ name, mountPath }) => ({ name, mountPath })),
  };
  return {
    containers: [container],
    volumes: sources.map(({ name, source }) => ({ name, ...source })),
    restartPolicy,
    ...(affinity ? { affinity } : {}),
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      ...{ runAsNonRoot: true, runAsUser: NOBODY, runAsGroup: NOBODY, fsGroup: NOBODY },
      seccompProfile: { type: 'RuntimeDefault' },
      ...(mayPing ? { sysctls: [{ name: 'net.ipv4.ping_group_range', value: `${NOBODY} ${NOBODY}` }] } : {}),
    },
  };
}

/** Each on a node of its own where that can be. */
export function apart(labels: Labels): object {
  const podAffinityTerm = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } };
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
}

/** Not on this node. */
export function awayFrom(node: string): object {
  return whereNode('NotIn', node);
}

/** On this node alone. */
export function onlyOn(node: string): object {
  return whereNode('In', node);
}

function whereNode(operator: 'In' | 'NotIn', node: string): object {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator, values: [node] }] }];
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
}
