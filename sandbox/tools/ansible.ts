import { readInventory } from './inventory.ts';

/** `ansible PATTERN -i INVENTORY -m ping`: every machine that is not switched off answers. */
const argv = process.argv.slice(2);
const option = (...names: readonly string[]) => argv[argv.findIndex((word) => names.includes(word)) + 1];
const { hosts, down } = readInventory(option('-i', '--inventory') ?? '');
for (const name of hosts.keys()) {
  if (down.has(name)) {
    console.log(
      `${name} | UNREACHABLE!: Failed to connect to the host via ssh: ssh: connect to host port 22: No route to host`,
    );
    process.exitCode = 4;
  } else {
    console.log(`${name} | SUCCESS => {"changed": false, "ping": "pong"}`);
  }
}
