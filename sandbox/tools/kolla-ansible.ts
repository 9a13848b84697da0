import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** `kolla-ansible COMMAND -i INVENTORY --configdir FOLDER`: a playbook by the command's name, as Kolla runs one itself. */
const VERSION = 'kolla-ansible 20.1.0 (a stand-in)';
const argv = process.argv.slice(2);
const inventory = argv[argv.indexOf('-i') + 1] ?? '';
if (argv.includes('--version')) console.log(VERSION);
else {
  const program = join(import.meta.dirname, 'ansible-playbook.ts');
  const end = spawnSync(process.execPath, [program, '-i', inventory, `${argv[0] ?? ''}.yml`], { stdio: 'inherit' });
  process.exitCode = end.status ?? 1;
}
