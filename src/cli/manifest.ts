import { parseArgs } from 'node:util';
import { manifestOf } from '#chat/manifest.ts';
import { slashEntries } from '#commands/registry.ts';
import { InputError } from '#domain/errors.ts';
import { words } from '#words/cli.ts';

/** `strata manifest [--prefix ops-] [--url https://host]`: the Slack app manifest as JSON. */
export async function runManifest(args: string[]): Promise<number> {
  const { prefix, url } = readOptions(args);
  if (url !== undefined && !URL.canParse(url)) throw new InputError(words.badUrl(url));
  const requestUrl = url === undefined ? undefined : new URL('/slack/events', url).href;
  const manifest = manifestOf(slashEntries(), { prefix, requestUrl });
  process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
  return 0;
}

/** @throws InputError on an unknown option or one without its value */
function readOptions(args: string[]): { prefix: string; url: string | undefined } {
  try {
    const { values } = parseArgs({ args, options: { prefix: { type: 'string' }, url: { type: 'string' } } });
    return { prefix: values.prefix ?? '', url: values.url };
  } catch (error) {
    throw new InputError(words.badManifest(error instanceof Error ? error.message : String(error)), {
      cause: error,
    });
  }
}
