import { InputError } from '#domain/errors.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/scale-node.ts';
import { kubespray } from './kubespray/kubespray.ts';
import type { NodeSource } from './source.ts';

/** Every node source, by the provisioner that the stack file names. One line an entry. */
const SOURCES: Readonly<Record<string, NodeSource>> = {
  kubespray: kubespray,
};

/** @throws InputError when nodes of the layer come from nowhere that Strata knows */
export function sourceOf({ name, provisioner }: Layer): NodeSource {
  const source = provisioner !== undefined && Object.hasOwn(SOURCES, provisioner) ? SOURCES[provisioner] : undefined;
  if (!source) {
    throw new InputError(words.noSource(name, provisioner), { advice: words.advice.noSource(Object.keys(SOURCES)) });
  }
  return source;
}

/** The source of a plan. @throws Error for one that is gone since */
export function sourceNamed(name: string): NodeSource {
  const source = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
  if (!source) throw new Error(`planning with node source "${name}": there is none`);
  return source;
}
