import { words as ansible } from './ansible.ts';
import { words as artifacts } from './artifacts.ts';
import { words as ceph } from './ceph.ts';
import { words as chat } from './chat.ts';
import { words as cli } from './cli.ts';
import { words as cluster } from './cluster.ts';
import { words as commands } from './commands.ts';
import { words as config } from './config.ts';
import { words as containers } from './containers.ts';
import { words as decisions } from './decisions.ts';
import { words as deployCommand } from './deploy-command.ts';
import { words as deployHelm } from './deploy-helm.ts';
import { words as deployKolla } from './deploy-kolla.ts';
import { words as deployKubespray } from './deploy-kubespray.ts';
import { words as deploy } from './deploy.ts';
import { words as docker } from './docker.ts';
import { words as drill } from './drill.ts';
import { words as durations } from './durations.ts';
import { words as engine } from './engine.ts';
import { words as extras } from './extras.ts';
import { words as forms } from './forms.ts';
import { words as galera } from './galera.ts';
import { words as guards } from './guards.ts';
import { words as home } from './home.ts';
import { words as jobs } from './jobs.ts';
import { words as kubernetes } from './kubernetes.ts';
import { words as kubespray } from './kubespray.ts';
import { words as mtu } from './mtu.ts';
import { words as nodes } from './nodes.ts';
import { words as openstack } from './openstack.ts';
import { words as recap } from './recap.ts';
import { words as redis } from './redis.ts';
import { words as report } from './report.ts';
import { words as scaleCommand } from './scale-command.ts';
import { words as scaleNode } from './scale-node.ts';
import { words as schedules } from './schedules.ts';
import { words as smokeKubernetes } from './smoke-kubernetes.ts';
import { words as smokeTest } from './smoke-test.ts';
import { words as status } from './status.ts';
import { words as tools } from './tools.ts';
import { setLocale } from './language.ts';
import { REMAINS } from './remains.ts';

/** Every sentence that there is, in English, by module. */
export const CATALOGUE = {
  ansible,
  artifacts,
  ceph,
  chat,
  cli,
  cluster,
  commands,
  config,
  containers,
  decisions,
  deployCommand,
  deployHelm,
  deployKolla,
  deployKubespray,
  deploy,
  docker,
  drill,
  durations,
  engine,
  extras,
  forms,
  galera,
  guards,
  home,
  jobs,
  kubernetes,
  kubespray,
  mtu,
  nodes,
  openstack,
  recap,
  redis,
  report,
  scaleCommand,
  scaleNode,
  schedules,
  smokeKubernetes,
  smokeTest,
  status,
  tools,
  remains: REMAINS,
};

/** The same shape, of which any sentence may be left out. */
type Overlay<T> = T extends (...values: never[]) => unknown
  ? T
  : T extends string
    ? string
    : { readonly [K in keyof T]?: Overlay<T[K]> };

/** A language: what it has no sentence for is said in English. `locale`: a BCP 47 tag, as `zh-Hans`. */
export type Language = { readonly locale: string; readonly sentences: Overlay<typeof CATALOGUE> };

/**
 * Has everything be said in this language from now on. To be called before any other module takes a sentence out of the
 * catalogue: see docs/adr/0024-languages.md.
 */
export function speak({ locale, sentences }: Language): void {
  setLocale(locale);
  put(sentences, CATALOGUE);
}

type Sentences = Record<string, unknown>;

function put(from: Sentences, into: Sentences): void {
  for (const [key, value] of Object.entries(from)) {
    if (typeof value === 'object' && value !== null) put(value as Sentences, into[key] as Sentences);
    else into[key] = value;
  }
}
