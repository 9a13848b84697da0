import { openTools } from '#adapters/tools/tools.ts';
import { readEnv } from '#config/env.ts';

/** A worker of its own process, to be killed: runs a script under a mark, and says how that ended. */
const [, , mark = '', script = ''] = process.argv;
const { toolVariables: variables } = readEnv();
const tools = openTools({ command: [], mark, variables, silenceMs: 2000 }, new AbortController().signal);
try {
  const { exitCode } = await tools.run({ doing: 'trying a script', argv: ['sh', '-c', script] });
  console.log(`exit code ${exitCode}`);
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
