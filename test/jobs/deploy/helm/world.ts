import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCluster } from '#adapters/kubernetes/cluster.ts';
import { readContext } from '#adapters/kubernetes/kubeconfig.ts';
import type { Kubernetes } from '#domain/kubernetes.ts';
import type { JobPorts } from '#domain/ports.ts';
import type { RunRef, Step, StepContext } from '#domain/run.ts';
import type { Environment, HelmSetting, Layer, LayerKind } from '#domain/stack.ts';
import { type SimulatedKubernetes, startKubernetes } from '../../../../sandbox/kubernetes/kubernetes.ts';
import { writeCharts } from '../../../../sandbox/tools/charts.ts';
import { openTools, type SimulatedTools } from '../../../../sandbox/tools/tools.ts';
import { openWorld as openToolsWorld } from '../../../adapters/tools/world.ts';
import { layerOf } from '../../status/world.ts';

/** What a step came to: its line for people, or why it failed. */
export type End = { readonly id: string; readonly detail?: string | undefined; readonly error?: Error | undefined };

/** A layer that Helm installs, in a simulated cluster, with the stand-in of helm. */
export type World = {
  readonly layer: Layer;
  readonly environment: Environment;
  readonly cluster: Kubernetes;
  readonly simulated: SimulatedKubernetes;
  readonly tools: SimulatedTools;
  /** Where the charts are. */
  readonly folder: string;
  readonly run: RunRef;
  readonly survey: {
    readonly environment: Environment;
    readonly ports: JobPorts;
    readonly signal: AbortSignal;
    readonly isBelowPlanned: boolean;
  };
  /** What the last steps noted on their way. */
  readonly notes: string[];
  /** Takes a release away, as if it had never been there. */
  forget(...releases: readonly string[]): Promise<void>;
  /** One after the other, up to the first that fails. */
  carry(steps: readonly Step[]): Promise<readonly End[]>;
  /** The clean-up, last first. */
  undo(steps: readonly Step[]): Promise<void>;
  close(): Promise<void>;
};

export async function openWorld(
  releases: readonly string[],
  { kind = 'openstack', ...more }: Partial<HelmSetting> & { readonly kind?: LayerKind } = {},
): Promise<World> {
  const simulated = await startKubernetes({ timing: { start: 30, job: 30 } });
  const folder = mkdtempSync(join(tmpdir(), 'strata-helm-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(simulated.kubeconfig('lab')));
  writeCharts(join(folder, 'charts'));
  const tools = openTools(join(folder, 'tools'), kubeconfig);
  const host = await openToolsWorld();
  const helm: HelmSetting = {
    ...{ charts: join(folder, 'charts'), kubeconfig, labels: {}, timeoutMinutes: 1 },
    releases: releases.map((name) => ({ name, values: [`${name}/values.yaml`] })),
    ...more,
  };
  const layer = layerOf('cloud', kind, { on: 'cluster', namespace: kind === 'ceph' ? 'ceph' : 'openstack', helm });
  const environment: Environment = {
    ...{ name: 'lab', channels: [], people: { view: [], operate: [], approve: [] }, theme: 'dark' },
    ...{ production: false, approvalMinutes: 1, approvalHours: 12, maintenanceWindows: [] },
    layers: [layerOf('cluster', 'kubernetes', { context: 'lab' }), layer],
  };
  const opened = openCluster(readContext('lab', [kubeconfig]));
  const ports: JobPorts = {
    openstack: () => {
      throw new Error('no cloud here');
    },
    kubernetes: (_layer, signal) => opened.bind(signal),
    containers: () => undefined,
    reach: () => undefined,
    tools: (_layer, signal) => host.tools({ command: tools.command }, signal),
    artifacts: host.artifacts,
  };
  const signal = AbortSignal.timeout(120_000);
  const notes: string[] = [];
  const cluster = opened.bind(signal);
  const given = { environment, ports, signal, run: host.run, notes };
  return {
    ...{ layer, environment, cluster, simulated, tools, notes, run: host.run, folder: helm.charts },
    survey: { environment, ports, signal, isBelowPlanned: false },
    async forget(...gone) {
      for (const release of gone) {
        for (const { name, namespace } of await cluster.revisions({ namespace: 'openstack', release }))
          await cluster.remove({ apiVersion: 'v1', kind: 'Secret', name, namespace });
      }
    },
    carry: (steps) => carry(steps, given),
    async undo(steps) {
      for (const step of steps.toReversed()) await step.undo?.(contextOf(given, new Map()));
    },
    async close() {
      host.close();
      await simulated.close();
      rmSync(folder, { recursive: true });
    },
  };
}

type Given = Pick<StepContext, 'environment' | 'ports' | 'signal' | 'run'> & { readonly notes: string[] };

function contextOf({ notes, ...given }: Given, values: ReadonlyMap<string, unknown>): StepContext {
  return {
    ...given,
    result: (step) => values.get(step.id) as never,
    maybe: (step) => values.get(step.id) as never,
    note: (text) => void notes.push(text),
  };
}

async function carry(steps: readonly Step[], given: Given): Promise<readonly End[]> {
  const values = new Map<string, unknown>();
  const context = contextOf(given, values);
  const ends: End[] = [];
  for (const step of steps) {
    try {
      const made = (await step.find(context)) ?? (await step.act(context));
      let end = await step.settle(context, made);
      for (; end.kind === 'wait'; end = await step.settle(context, made)) {
        given.notes.push(end.why);
        await sleep(100);
      }
      if (end.kind === 'ready') values.set(step.id, end.value);
      ends.push({ id: step.id, detail: end.kind === 'ready' ? end.detail : end.why });
    } catch (error) {
      return [...ends, { id: step.id, error: error as Error }];
    }
  }
  return ends;
}
