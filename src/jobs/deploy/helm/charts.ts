import { z } from 'zod';
import { CheckError } from '#domain/errors.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import { DIGEST } from '../../tree-digest.ts';
import { namespaceOf, setsOf, settingOf } from './setting.ts';

/**
 * Everything about the charts in one call: helm's version; of each release its chart's name and version, hashes, whether it
 * renders with its values for this version of Kubernetes, and the storage classes in what was rendered. It changes nothing.
 */
const PROGRAM = `${DIGEST}
import json, re, subprocess, sys
from concurrent.futures import ThreadPoolExecutor
asked = json.loads(sys.argv[1])
folder = asked['charts'] if asked['charts'].startswith('/') else None

def helm(*argv):
    end = subprocess.run(('helm',) + argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if end.returncode: raise OSError(end.stderr.decode(errors='replace').strip()[-2000:] or 'exit code %d' % end.returncode)
    return end.stdout.decode(errors='replace')

def look(release):
    seen = {'name': release['name'], 'namespace': release['namespace'], 'classes': []}
    try:
        pin = ['--version', release['version']] if release.get('version') else []
        shown = helm('show', 'chart', release['chart'], *pin)
        meta = dict(re.findall(r'^(version|kubeVersion):[ ]*["\\']?(.*?)["\\']?[ ]*$', shown, re.M))
        seen['version'] = meta.get('version', '')
        seen['kubeVersion'] = meta.get('kubeVersion', '')
        path = release['chart'] if folder else None
        seen['chartHash'] = digest(path) if path else hashlib.sha256(shown.encode()).hexdigest()
        files = [os.path.join(folder or '', file) for file in release['values']]
        seen['valueHashes'] = [digest(file) for file in files]
        argv = ['template', release['name'], release['chart'], '--namespace', release['namespace'], *pin]
        for file in files: argv += ['--values', file]
        for value in release['sets']: argv += ['--set', value]
        if asked.get('kubernetes'): argv += ['--kube-version', asked['kubernetes']]
        rendered = helm(*argv)
        seen['classes'] = sorted(set(re.findall(r'storageClassName["\\']?: *["\\']?([\\w.-]+)', rendered)))
    except OSError as error:
        seen['error'] = str(error)
    return seen

try:
    answer = {'helm': helm('version', '--short').strip()}
    with ThreadPoolExecutor(4) as pool: answer['releases'] = list(pool.map(look, asked['releases']))
except OSError as error:
    answer = {'helm': '', 'error': str(error), 'releases': []}
print(json.dumps(answer))
`;

const Chart = z.object({
  name: z.string(),
  namespace: z.string(),
  version: z.string().default(''),
  kubeVersion: z.string().default(''),
  chartHash: z.string().default(''),
  valueHashes: z.array(z.string()).default([]),
  classes: z.array(z.string()),
  /** Why it cannot be read, or does not render. */
  error: z.string().optional(),
});
const Charts = z.object({ helm: z.string(), error: z.string().optional(), releases: z.array(Chart) });
export type Chart = z.infer<typeof Chart>;
export type Charts = z.infer<typeof Charts>;

/** helm's argument for the chart of a release. */
export function chartOf(layer: Layer, { name, chart = name }: { name: string; chart?: string | undefined }): string {
  return `${settingOf(layer).charts.replace(/\/$/, '')}/${chart}`;
}

/** Reads the charts where the tools run. `kubernetes`: the server's version; undefined: not known yet. @throws CheckError, ToolError */
export async function readCharts(
  layer: Layer,
  { ports, signal }: SurveyContext,
  kubernetes: string | undefined,
): Promise<Charts> {
  const { charts, releases } = settingOf(layer);
  const asked = {
    charts,
    kubernetes,
    releases: releases.map((release) => ({
      ...{ name: release.name, version: release.version, values: release.values, sets: setsOf(layer, release) },
      ...{ chart: chartOf(layer, release), namespace: namespaceOf(layer, release) },
    })),
  };
  const { output, exitCode } = await ports.tools(layer.name, signal).run({
    doing: words.reading(charts),
    argv: ['python3', '-c', PROGRAM, JSON.stringify(asked)],
  });
  // What ssh says of itself may stand before it.
  const line = output.split('\n').findLast((each) => each.startsWith('{"helm"'));
  if (exitCode === 0 && line !== undefined) return Charts.parse(JSON.parse(line));
  throw new CheckError(words.noAnswer(charts, output.trim().slice(-300)), { advice: words.advice.charts });
}
