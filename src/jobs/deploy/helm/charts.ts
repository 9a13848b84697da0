import { z } from 'zod';
import { CheckError } from '#domain/errors.ts';
import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy-helm.ts';
import { DIGEST } from '../../tree-digest.ts';
import { namespaceOf, setsOf, settingOf } from './setting.ts';

/**
 * Everything about the charts in one call: helm's version; of each release its chart's name and version, hashes, whether it
 * renders with its values for this version of Kubernetes; of what was rendered the storage classes, and the public names of
 * Ingresses and HTTPRoutes with why each does not resolve there. It changes nothing.
 */
const PROGRAM = `${DIGEST}
import json, re, socket, subprocess, sys
from concurrent.futures import ThreadPoolExecutor
asked = json.loads(sys.argv[1])
folder = asked['charts'] if asked['charts'].startswith('/') else None

def helm(*argv):
    end = subprocess.run(('helm',) + argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if end.returncode: raise OSError(end.stderr.decode(errors='replace').strip()[-2000:] or 'exit code %d' % end.returncode)
    return end.stdout.decode(errors='replace')

def public(rendered, namespace):
    for text in re.split(r'^---', rendered, flags=re.M):
        if not re.search(r'\\bkind"?: *"?(Ingress|HTTPRoute)\\b', text): continue
        named = re.findall(r'\\bhost"?:[^\\n,}]*|\\bhostnames"?:[^:]*:', text)
        for name in re.findall(r'[\\w-]+(?:\\.[\\w-]+)+', ' '.join(named)):
            if '.svc.' not in name + '.' and name.split('.', 1)[1] != namespace: yield name

def resolve(name):
    try: socket.getaddrinfo(name, None)
    except (OSError, UnicodeError) as error: return {'name': name, 'error': getattr(error, 'strerror', None) or str(error)}
    return {'name': name}

def look(release):
    seen = {'name': release['name'], 'namespace': release['namespace'], 'classes': [], 'hosts': []}
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
        seen['hosts'] = sorted(set(public(rendered, release['namespace'])))
    except OSError as error:
        seen['error'] = str(error)
    return seen

try:
    answer = {'helm': helm('version', '--short').strip()}
    with ThreadPoolExecutor(4) as pool: answer['releases'] = list(pool.map(look, asked['releases']))
    names = sorted({name for each in answer['releases'] for name in each['hosts']})
    with ThreadPoolExecutor(16) as pool: answer['hosts'] = list(pool.map(resolve, names))
except OSError as error:
    answer = {'helm': '', 'error': str(error), 'releases': [], 'hosts': []}
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
/** A public name of an endpoint. `error`: why it does not resolve. */
const Host = z.object({ name: z.string(), error: z.string().optional() });
const Charts = z.object({
  helm: z.string(),
  error: z.string().optional(),
  releases: z.array(Chart),
  hosts: z.array(Host),
});
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
