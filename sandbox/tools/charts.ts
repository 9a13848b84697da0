import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartObjects, RELEASES } from '../kubernetes/seeds.ts';

/** What a chart of the story makes: in the manifest, or by its hooks. */
export type Chart = { readonly objects: readonly Manifest[]; readonly hooks: readonly Manifest[] };
// oxlint-disable-next-line typescript/no-explicit-any
export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; [field: string]: any };
  [field: string]: any;
};

/** The objects of a release of the story, as its chart would render them. */
export function chartOf(release: string): Chart {
  const all = chartObjects(release).map(({ what, rest }): Manifest => {
    const [apiVersion = '', kind = '', name = ''] = what.split(' ');
    const { labels, annotations, status: _, ...fields } = rest;
    return { apiVersion, kind, metadata: { name, labels, ...(annotations ? { annotations } : {}) }, ...fields };
  });
  const isHook = ({ metadata }: Manifest) => metadata['annotations']?.['helm.sh/hook'] !== undefined;
  return { objects: all.filter((each) => !isHook(each)), hooks: all.filter(isHook) };
}

/** Lays a folder of charts for the stack file: what they make, the stand-in knows by their names. */
export function writeCharts(folder: string): readonly string[] {
  const names = [...RELEASES, 'rook-ceph-cluster'];
  for (const name of names) {
    mkdirSync(join(folder, name), { recursive: true });
    const about = ['apiVersion: v2', `name: ${name}`, 'version: 2026.1.0', 'appVersion: v33.0.0', ''].join('\n');
    writeFileSync(join(folder, name, 'Chart.yaml'), about);
    writeFileSync(join(folder, name, 'values.yaml'), 'release_group: null\n');
  }
  return names;
}
