import { z } from 'zod';
import type { Dependencies } from '#domain/kubernetes.ts';
import type { RawPod } from './pod.ts';

export const Environment = z.array(z.object({ name: z.string(), value: z.string().optional() })).nullish();

/** The name that OpenStack-Helm gives the init container with kubernetes-entrypoint. */
const ENTRYPOINT = 'init';
const Pods = z.array(
  z.object({ labels: z.record(z.string(), z.string()), requireSameNode: z.boolean().default(false) }),
);

/** What kubernetes-entrypoint still waits for. @see https://opendev.org/airship/kubernetes-entrypoint */
export function dependenciesOf({ spec, status }: RawPod): Dependencies | undefined {
  const env = spec.initContainers?.find(({ name }) => name === ENTRYPOINT)?.env ?? [];
  if (!env.some(({ name }) => name.startsWith('DEPENDENCY_'))) return undefined;
  const state = status.initContainerStatuses?.find(({ name }) => name === ENTRYPOINT)?.state;
  if (state?.terminated?.exitCode === 0) return undefined;
  const value = (name: string) => env.find((variable) => variable.name === name)?.value ?? '';
  const names = (name: string) => value(name).split(',').filter(Boolean);
  return {
    jobs: names('DEPENDENCY_JOBS'),
    services: names('DEPENDENCY_SERVICE'),
    pods: podsOf(value('DEPENDENCY_POD_JSON')),
  };
}

function podsOf(json: string): Dependencies['pods'] {
  try {
    return Pods.parse(JSON.parse(json === '' ? '[]' : json));
  } catch {
    return [];
  }
}
