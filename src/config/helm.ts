import { z } from 'zod';
import type { HelmSetting } from '#domain/stack.ts';
import { words } from '#words/config.ts';

/** As Helm wants names of releases. */
const Release = z.string(words.release).regex(/^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$/, words.release);
/** An absolute path, a repository's name, or a registry's address; never what a program could take for a flag. */
const Charts = z.string(words.charts).regex(/^(\/[^\0]*|[a-z0-9][\w.-]*|oci:\/\/[\w./:-]+)$/, words.charts);

/** What Helm installs for a layer. */
export const Helm = z
  .strictObject({
    charts: Charts,
    releases: z
      .array(
        z.strictObject({
          name: Release,
          chart: z
            .string(words.chart)
            .regex(/^[a-z0-9][\w.-]*$/, words.chart)
            .optional(),
          namespace: Release.optional(),
          version: z
            .string(words.chartVersion)
            .regex(/^v?\d[\w.+-]*$/, words.chartVersion)
            .optional(),
          values: z.array(z.string(words.valueFile).regex(/^[^-\0][^\0]*$/, words.valueFile)).default([]),
        }),
      )
      .min(1),
    labels: z.record(z.string(), z.string()).default({}),
    kubeconfig: z
      .string(words.kubeconfig)
      .regex(/^\/[^\0]*$/, words.kubeconfig)
      .optional(),
    timeoutMinutes: z.number().positive().max(1440).default(30),
  })
  .superRefine(checkReleases);

/** One release of a name in a namespace, and a version wherever no folder fixes it. */
function checkReleases({ charts, releases }: HelmSetting, context: z.RefinementCtx): void {
  const seen = new Set<string>();
  releases.forEach(({ name, namespace = '', version }, index) => {
    const mistake = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: ['releases', index, field], message });
    if (seen.has(`${namespace}/${name}`)) mistake('name', words.releaseTwice(name));
    if (version === undefined && !charts.startsWith('/')) mistake('version', words.noChartVersion);
    seen.add(`${namespace}/${name}`);
  });
}
