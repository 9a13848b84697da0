import { randomUUID } from 'node:crypto';
import { chmodSync, globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifacts } from '#adapters/artifacts/artifacts.ts';
import { openRedis, untilReady } from '#adapters/redis/connect.ts';
import { openRedisShelf } from '#adapters/redis/artifacts.ts';
import { openTools, type ToolsPlace } from '#adapters/tools/tools.ts';
import type { Artifacts } from '#domain/ports.ts';
import type { RunRef } from '#domain/run.ts';
import type { ToolCall, Tools } from '#domain/tools.ts';
import { ownRedis } from '../../database.ts';

const calm = new AbortController().signal;

/** A layer of its own, so that no test kills what another one runs, on the real Redis. */
export type World = {
  readonly mark: string;
  readonly run: RunRef;
  readonly artifacts: Artifacts;
  tools(change?: Partial<ToolsPlace>, signal?: AbortSignal): Tools;
  /** Every file of the run as one text, in the order of their numbers. */
  log(): Promise<string>;
  close(): void;
};

export async function openWorld(): Promise<World> {
  const redis = openRedis(ownRedis(), 'patient');
  await untilReady(redis, 5000);
  const environment = `lab-${randomUUID().slice(0, 8)}`;
  const artifacts = openArtifacts(openRedisShelf(redis, 1));
  const run = { number: 1, key: 'k', environment };
  const mark = `${environment}/cluster`;
  const place = { command: [], mark, artifacts, graceMs: 300 };
  return {
    ...{ mark, run, artifacts },
    tools: (change = {}, signal = calm) => openTools({ ...place, variables: variables(), ...change }, signal),
    async log() {
      const files = await artifacts.list(run);
      const texts = await Promise.all(files.map(async ({ name }) => String(await artifacts.get(run, name))));
      return texts.join('');
    },
    close: () => redis.disconnect(),
  };
}

/** What programs get of the worker here, whatever else the shell that runs the tests has exported. */
export const variables = () => ({ PATH: process.env['PATH'] ?? '', TMPDIR: tmpdir() });

/** A call of a shell script; its words are `$1`, `$2`, .... */
export function sh(script: string, ...words: readonly string[]): ToolCall {
  return { doing: 'trying a script', argv: ['sh', '-c', script, 'sh', ...words] };
}

/** A program of this name in a folder of its own, made of a shell script. */
export function program(name: string, script: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'strata-program-')), name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Processes, zombies excepted, that carry the mark. */
export function marked(mark: string): readonly number[] {
  return globSync('/proc/[0-9]*/environ').flatMap((file) => {
    try {
      return readFileSync(file, 'utf8').split('\0').includes(`STRATA_TOOL=${mark}`) ? [Number(file.split('/')[2])] : [];
    } catch {
      return [];
    }
  });
}

/** Folders of calls that are still there. */
export function folders(mark: string): readonly string[] {
  return globSync(join(tmpdir(), `strata-tool-${mark.replace('/', '.')}@*`));
}
