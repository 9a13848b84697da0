import type { Layer, LayerKind } from '#domain/stack.ts';

export function layerOf(name: string, kind: LayerKind, more: Partial<Layer> = {}): Layer {
  return { name, kind, reach: { kind: 'none' }, smokeTest: { user: 'cirros', metadata: {} }, ...more };
}
