import { createRequire } from 'node:module';
import type { Result } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const { source } = createRequire(import.meta.url)('axe-core') as { readonly source: string };
const GRAVE = new Set<Result['impact']>(['serious', 'critical']);

/** Fails on every serious or critical violation of the page and its frames, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const frame of page.frames()) {
      await frame.evaluate(source);
      const { violations } = await frame.evaluate<{ violations: Result[] }>('axe.run({ iframes: false })');
      for (const { id, help, impact, nodes } of violations)
        if (GRAVE.has(impact)) found.push(`${colorScheme}: ${id} (${help}): ${nodes.map(placeOf).join(', ')}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });

  expect(found).toEqual([]);
}

const placeOf = ({ target, failureSummary }: Result['nodes'][number]): string =>
  `${target.join(' ')}: ${failureSummary}`;
