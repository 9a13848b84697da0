import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Installed, ObjectRef } from '#domain/kubernetes.ts';

/** A Secret holds 1 MiB; unpacked it may be much more, but not without end. */
const LIMIT_BYTES = 64 * 1024 * 1024;

const Content = z.object({
  namespace: z.string(),
  manifest: z.string().default(''),
  chart: z.object({
    metadata: z.object({ name: z.string(), version: z.string(), appVersion: z.string().default('') }),
  }),
  hooks: z.array(z.object({ manifest: z.string(), events: z.array(z.string()).nullish() })).nullish(),
});
const Thing = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
});

/**
 * The Secret of a revision: base64 of base64 of gzip of JSON. Only what names things leaves this function.
 * @see https://github.com/helm/helm/blob/main/pkg/storage/driver/util.go
 */
export const InstalledShape = z
  .object({ data: z.object({ release: z.string().optional() }).nullish() })
  .transform(({ data }): Installed | undefined => {
    const content = contentOf(data?.release ?? '');
    if (!content) return undefined;
    const { chart, manifest, hooks, namespace } = content;
    const run = (hooks ?? []).filter(({ events }) => !events?.some((event) => event.startsWith('test')));
    return {
      chart: chart.metadata.name,
      version: chart.metadata.version,
      appVersion: chart.metadata.appVersion,
      objects: objectsIn(manifest, namespace),
      hooks: run.flatMap((hook) => objectsIn(hook.manifest, namespace)),
    };
  });

/** undefined for what Helm did not write, or wrote in a way that we do not know. */
function contentOf(encoded: string): z.infer<typeof Content> | undefined {
  try {
    const packed = Buffer.from(Buffer.from(encoded, 'base64').toString(), 'base64');
    const json = gunzipSync(packed, { maxOutputLength: LIMIT_BYTES }).toString();
    return Content.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** What a text of YAML documents makes; what is none of an API's is left out. */
function objectsIn(manifest: string, namespace: string): ObjectRef[] {
  return manifest.split(/^---.*$/m).flatMap((document) => {
    const { data } = Thing.safeParse(headOf(document));
    if (!data) return [];
    const { apiVersion, kind, metadata } = data;
    return [{ apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? namespace }];
  });
}

/** What names an object: reading a whole chart would hold this process up for a good while. */
function headOf(document: string): unknown {
  // Once in a while a chart writes JSON, which has no lines to choose from.
  const isJson = document.trimStart().startsWith('{');
  let isHead = isJson;
  const lines = document.split('\n').filter((line) => {
    if (!isJson && /^[^\s#]/.test(line)) isHead = /^(apiVersion|kind|metadata):/.test(line);
    return isHead;
  });
  try {
    return parse(lines.join('\n'), { logLevel: 'silent', uniqueKeys: false });
  } catch {
    return undefined;
  }
}
