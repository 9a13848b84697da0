import type { SurveyContext } from '#domain/run.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/kubespray.ts';
import { checkPins, readPins } from '../pins.ts';
import { digestTrees } from '../tree-digest.ts';
import { settingOf } from './setting.ts';

/** Where the playbooks are, and SHA-256 hashes that say what exactly they and their variables are. */
export type Playbooks = { readonly path: string; readonly files: string; readonly variables?: string | undefined };

/** Which playbooks and variables exactly these are: whoever approves a plan approves them. @throws ToolError, CheckError */
export async function readPlaybooks(layer: Layer, { ports, signal }: SurveyContext): Promise<Playbooks> {
  const { path, groupVars } = settingOf(layer);
  const folders = [path, ...(groupVars === undefined ? [] : [groupVars])];
  const tools = ports.tools(layer.name, signal);
  const [files = '', variables] = await digestTrees(tools, folders, { doing: words.surveying(path) });
  checkPins(await readPins(tools, path));
  return { path, files, variables };
}
