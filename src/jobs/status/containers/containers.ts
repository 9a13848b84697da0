import type { Table } from '#domain/report.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/containers.ts';
import { words as statusWords } from '#words/status.ts';
import { roughly } from '#words/time.ts';
import { valueOf } from '../part.ts';
import type { Reader } from '../reader.ts';
import { tableOf } from '../table.ts';
import { readContainers, type Reading } from './reading.ts';
import { HEALTH, judged, troublesOf } from './troubles.ts';

/** Docker's command line shows so much of a command and of an id. */
const COMMAND_LENGTH = 20;
const ID_LENGTH = 12;

/** The containers on the host of a layer, as Kolla-Ansible leaves them. */
export const containers: Reader<Reading> = {
  name: 'containers',
  title: (layer) => words.read(layer.name),
  appliesTo: (layer) => layer.host !== undefined,
  read: ({ layer, ports, signal }) => readContainers((until) => ports.containers(layer.name, until), signal),
  summary: summaryOf,
  troubles: troublesOf,
  tables: tablesOf,
};

function summaryOf(reading: Reading): string {
  if (reading.host.kind !== 'read') return statusWords.unread([words.parts.host]);
  const all = judged(reading);
  if (all.length === 0) return words.none;
  return words.counts(all.filter(({ condition }) => HEALTH[condition] === 'ok').length, all.length);
}

/** As `docker ps -a` shows them, the worst first. */
function tablesOf(layer: Layer, reading: Reading): Table[] {
  const now = Date.parse(valueOf(reading.host)?.engine.time ?? '');
  return tableOf(layer, judged(reading), {
    ...{ id: 'containers', title: words.title, command: 'docker ps -a' },
    columns: ['Container ID', 'Image', 'Command', 'Created', 'Status', 'Ports', 'Names'],
    cells: ({ container: { id, image, command, createdAt, status, ports, name } }) => [
      id.slice(0, ID_LENGTH),
      image,
      JSON.stringify(shortened(command)),
      words.ago(roughly(now - Date.parse(createdAt))),
      status,
      ports,
      name,
    ],
    health: ({ condition }) => HEALTH[condition],
  });
}

function shortened(command: string): string {
  return command.length > COMMAND_LENGTH ? `${command.slice(0, COMMAND_LENGTH - 1)}…` : command;
}
