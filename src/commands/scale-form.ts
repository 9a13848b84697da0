import type { Field } from '#domain/form.ts';
import type { Environment } from '#domain/stack.ts';
import { NodeName } from '#jobs/scale-node/input.ts';
import { words } from '#words/scale-command.ts';
import { ageOf } from '#words/time.ts';
import { refuse } from './asking.ts';
import { chosenOf, environmentField, unchosen } from './fields.ts';
import { type KnownNodes, knownNodes } from './known-nodes.ts';
import { type Action, ACTIONS, badFlavor, clustersOf, countOf, MOST_NODES, scalable } from './scaling.ts';
import { type Call, type CommandForm, typed } from './spec.ts';

const say = words.form;
/** Nodes of which a menu may consist: two groups of Slack's hundred. */
const MOST_CHOICES = 200;
/** Characters that a menu can give back. */
const MOST_NAME = 150;
const MOST_NAMED = 10;
/** Then the name is asked for without a menu. */
const NODES_PATIENCE_MS = 5000;

/** The form of /scale-node: environment, cluster, action, and what that action needs. */
export const scaleForm: CommandForm = {
  title: say.title,
  keeps: ['environment', 'layer'],
  environments: scalable,
  async draw(call, values) {
    const environments = scalable(call);
    const environment = chosenOf(environments, values['environment']);
    if (!environment) return refuse(scaleForm, call, values);
    const clusters = clustersOf(environment).map(({ name }) => name);
    const layer = clusters.find((name) => name === values['layer']) ?? clusters[0] ?? '';
    const action = ACTIONS.find((known) => known === values['action']) ?? 'add';
    return {
      command: 'scale-node',
      title: say.title,
      fields: [
        environmentField(environments, environment),
        {
          ...{ kind: 'menu', name: 'layer', label: say.layer, value: layer, decides: true },
          choices: clusters.map((name) => ({ value: name, title: name })),
        },
        {
          ...{ kind: 'menu', name: 'action', label: say.action, value: action, decides: true },
          choices: ACTIONS.map((value) => ({ value, title: say.actions[value] })),
        },
        ...(action === 'add' ? addFields() : [await nodeField(call, { environment, layer, action })]),
      ],
    };
  },
  read(values) {
    const { environment = '', layer = '', action = '', node = '', count = '', flavor = '' } = values;
    const missing = unchosen(values, 'environment', 'layer');
    if (Object.keys(missing).length > 0) return { kind: 'errors', errors: missing };
    const target = `--environment ${environment} --layer ${layer} ${action}`;
    if (!ACTIONS.some((known) => known === action)) return { kind: 'errors', errors: { action: say.noChoice } };
    if (action === 'add') {
      const errors = {
        ...(countOf(count) === undefined ? { count: say.badCount(MOST_NODES) } : {}),
        ...(badFlavor(flavor) ? { flavor: say.badFlavor } : {}),
      };
      if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
      return { kind: 'text', text: `${target} ${count}${flavor === '' ? '' : ` --flavor "${flavor}"`}` };
    }
    if (node === '') return { kind: 'errors', errors: { node: say.noNode } };
    if (!NodeName.safeParse(node).success) return { kind: 'errors', errors: { node: say.badNode } };
    return { kind: 'text', text: `${target} ${node}` };
  },
};

function addFields(): readonly Field[] {
  return [
    { kind: 'number', name: 'count', label: say.count, least: 1, most: MOST_NODES, value: '1' },
    { kind: 'text', name: 'flavor', label: say.flavor, hint: say.flavorHint, isOptional: true },
  ];
}

type Where = { readonly environment: Environment; readonly layer: string; readonly action: Action };

/** A menu of the nodes that the newest status saw; a place to write where none did, or there are too many. */
async function nodeField(call: Call, { environment, layer, action }: Where): Promise<Field> {
  const base = { name: 'node', label: say.node } as const;
  const known = await knownNodes({ environment: environment.name, layer }, call.deps, NODES_PATIENCE_MS);
  if (!known) {
    const status = `${typed({ name: 'status', slash: 'cloud-status' }, call)} ${environment.name} ${layer}`;
    return { ...base, kind: 'text', hint: say.unseen(status) };
  }
  return { ...base, ...choicesOf(known, action) };
}

function choicesOf(known: KnownNodes, action: Action) {
  const { run, at, isWhole } = known;
  const age = ageOf(at, new Date().toISOString());
  const isWorker = (roles: string) => !/\b(?:control-plane|master)\b/.test(roles);
  // Whatever is cordoned may be let take pods again.
  const nodes = known.nodes.filter(({ roles }) => action === 'uncordon' || isWorker(roles));
  const hidden = nodes.length < known.nodes.length ? ` ${say.onlyWorkers}` : '';
  const isTooLong = nodes.some(({ name }) => name.length > MOST_NAME);
  if (!isWhole || isTooLong || nodes.length > MOST_CHOICES || nodes.length === 0) {
    const bad = nodes.filter(({ health }) => health !== 'ok').slice(0, MOST_NAMED);
    const hint = say.tooMany(
      run,
      age,
      bad.map(({ name }) => name),
    );
    return { kind: 'text', hint } as const;
  }
  const choices = nodes.map(({ name, status, health }) => ({
    value: name,
    title: say.nodeTitle(name, status),
    health,
  }));
  return { kind: 'menu', choices, hint: say.seen(run, age) + hidden } as const;
}
