import type { Store, Thing } from './store.ts';

const HOSTNAME = 'kubernetes.io/hostname';
const hostOf = ({ spec }: Thing): string | undefined => spec.template.spec.nodeSelector?.[HOSTNAME];

/** Rook: a daemon of a host that the cluster has let go moves to one that has none of its kind; without one, it is given up. */
export function settleCeph(store: Store): void {
  const daemons = store.all('Deployment', (each) => hostOf(each) !== undefined);
  for (const daemon of daemons) {
    if (store.find('Node', hostOf(daemon) ?? '')) continue;
    const alike = daemons.filter(({ metadata }) => metadata.labels?.['app'] === daemon.metadata.labels?.['app']);
    const taken = new Set(alike.map(hostOf));
    const isFree = ({ metadata, spec }: Thing) => !taken.has(metadata.name) && (spec?.taints ?? []).length === 0;
    const [free] = store.all('Node', isFree);
    // Its pods are made anew.
    for (const pod of store.all('Pod', ({ metadata }) => metadata['ownerReferences']?.[0]?.uid === daemon.metadata.uid))
      store.remove(pod);
    if (free) move(store, daemon, free.metadata.name);
    else store.remove(daemon);
  }
}

function move(store: Store, daemon: Thing, host: string): void {
  const { template, ...rest } = daemon['spec'];
  const spec = { ...template.spec, nodeSelector: { [HOSTNAME]: host } };
  store.set(daemon, { spec: { ...rest, template: { ...template, spec } } });
}
