import { cpus, loadavg } from 'node:os';

/** `npm run bench -- NAME`: each measures Strata and a peer in the same run, and prints their ratio. */
const BENCHES: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  status: () => import('./status.ts'),
  stack: () => import('./stack.ts'),
  'smoke-test': () => import('./smoke-test.ts'),
  ack: () => import('./ack.ts'),
  picture: () => import('./picture.ts'),
  runs: () => import('./runs.ts'),
  progress: () => import('./progress.ts'),
  takeover: () => import('./takeover.ts'),
  pods: () => import('./pods.ts'),
  ansible: () => import('./ansible.ts'),
};

const [name = ''] = process.argv.slice(2);
const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (load) {
  console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(2)}, Node ${process.version}\n`);
  await (await load()).run();
  process.exit(0);
}
console.error(`npm run bench -- NAME, one of: ${Object.keys(BENCHES).join(', ')}`);
process.exitCode = 2;
