import { CheckError, InputError } from '#domain/errors.ts';
import type { Step, SurveyContext } from '#domain/run.ts';
import type { KollaSetting, Layer } from '#domain/stack.ts';
import type { ToolResult } from '#domain/tools.ts';
import { words } from '#words/deploy-kolla.ts';
import { runAnsible } from '../../../ansible/run.ts';
import { digestTrees } from '../../../tree-digest.ts';
import type { Finding, LayerFacts, Provisioner } from '../../provisioner.ts';
import { lookAt } from './look.ts';

/** In this order; each may be run again. @see https://docs.openstack.org/kolla-ansible/latest/user/quickstart.html */
const COMMANDS = ['bootstrap-servers', 'prechecks', 'deploy', 'post-deploy'] as const;
/** Beside the configuration: what the cloud was set up from. */
const KEPT = 'strata.digest';

type KollaFacts = LayerFacts & { readonly digest: string; readonly isSetUp: boolean };

/** OpenStack in containers, by Kolla-Ansible. */
export const kollaAnsible: Provisioner<KollaFacts> = {
  name: 'kolla-ansible',
  survey,
  steps: (layer, { isSetUp, digest }) =>
    isSetUp ? [] : [...COMMANDS.map((command) => commandStep(layer, command)), keepStep(layer, digest)],
  // `kolla-ansible destroy` takes data with it that nobody listed: a person's work.
  removeSteps: (layer) => [{ ...commandStep(layer, 'destroy'), skip: words.noRemoval }],
};

async function survey(layer: Layer, ctx: SurveyContext): Promise<KollaFacts> {
  const { config } = settingOf(layer);
  const tools = ctx.ports.tools(layer.name, ctx.signal);
  const skipped = [KEPT, 'passwords.yml', 'admin-openrc.sh', 'clouds.yaml'];
  const [tree] = await digestTrees(tools, [config], { doing: words.surveying(config), skipped });
  const version = await tools.run({ doing: words.surveying(config), argv: ['kolla-ansible', '--version'] });
  const kept = await tools.run({ doing: words.surveying(config), argv: ['cat', `${config}/${KEPT}`] });
  const digest = tree.slice(0, 16);
  const seen = kept.exitCode === 0 ? undefined : await lookAt(layer, ctx);
  const other = seen?.isThere ? words.other : undefined;
  const from = seen ? other : kept.output.trim();
  return {
    parts: [{ what: words.cloud, from, to: digest }],
    findings: [toolFinding(layer, version), ...(seen?.finding ? [seen.finding] : [])],
    hashes: [words.hash(tree)],
    ...{ digest, isSetUp: from === digest },
  };
}

function toolFinding({ name: layer }: Layer, { exitCode, output }: ToolResult): Finding {
  const check = 'kolla-ansible';
  if (exitCode === 0) return { layer, check, health: 'ok', what: output.trim().split('\n').at(-1) ?? '' };
  return { layer, check, health: 'failure', what: words.noTool, advice: words.advice.noTool };
}

/** @throws InputError when the stack file does not say where its configuration is */
function settingOf({ name, kolla }: Layer): KollaSetting {
  if (!kolla) throw new InputError(words.noSetting(name), { advice: words.advice.noSetting });
  return kolla;
}

function commandStep(layer: Layer, command: (typeof COMMANDS)[number] | 'destroy'): Step {
  const id = `${layer.name}/${command}`;
  return {
    id,
    title: words.title[command],
    layer: layer.name,
    timeoutMs: 10_800_000,
    risk: words.risk(command),
    find: async () => undefined,
    async act(ctx) {
      const { config, inventory } = settingOf(layer);
      const argv = ['kolla-ansible', command, '-i', inventory, '--configdir', config];
      return runAnsible(ctx, { argv, layer: layer.name, name: `kolla-ansible ${command}`, stepId: id });
    },
    settle: async (_ctx, recap) => ({ kind: 'ready', value: recap }),
  };
}

function keepStep(layer: Layer, digest: string): Step {
  return {
    id: `${layer.name}/keep`,
    title: words.title.keep,
    layer: layer.name,
    timeoutMs: 60_000,
    find: async () => undefined,
    async act(ctx) {
      const { config } = settingOf(layer);
      const script = 'import sys; open(sys.argv[1], "w").write(sys.argv[2] + "\\n")';
      const doing = words.keeping(config);
      const tools = ctx.ports.tools(layer.name, ctx.signal);
      const { exitCode, output } = await tools.run({
        doing,
        argv: ['python3', '-c', script, `${config}/${KEPT}`, digest],
      });
      if (exitCode !== 0) throw new CheckError(`${doing}: ${output.trim().split('\n').at(-1) ?? ''}`);
      return null;
    },
    settle: async () => ({ kind: 'ready', value: null, detail: digest }),
  };
}
