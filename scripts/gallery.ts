import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { raster } from '../src/report/kit/raster.ts';
import { THEMES, type ThemeName } from '../src/report/kit/theme.ts';
import { cards, draw } from '../test/report/cards.ts';
import { shrink } from '../test/report/pixels.ts';

/**
 * `npm run gallery`: a page with every kind of picture in every theme, as it is opened and as a thread shows it.
 * With `--golden` it also writes what test/report/kit/raster.test.ts holds pictures against: look at them first.
 */
const FOLDER = fileURLToPath(new URL('../.cache/gallery/', import.meta.url));
const GOLDEN = fileURLToPath(new URL('../test/report/golden/', import.meta.url));
/** About as wide as Slack shows a picture in a thread. */
const THREAD_WIDTH = 360;
const GOLDEN_WIDTH = 160;

const isGolden = process.argv.includes('--golden');
mkdirSync(FOLDER, { recursive: true });
const entries: string[] = [];
for (const name of Object.keys(cards)) {
  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    const { card, altText } = draw(name, theme);
    const png = await raster(card);
    const file = `${name}-${theme}`;
    writeFileSync(`${FOLDER}${file}.png`, png);
    writeFileSync(`${FOLDER}${file}-small.png`, await shrink(png, THREAD_WIDTH));
    if (isGolden) writeFileSync(`${GOLDEN}${file}.png`, await shrink(png, GOLDEN_WIDTH));
    const alt = altText.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
    entries.push(`<section><h2>${name}, ${theme} <small>${Math.round(png.length / 1000)} KB</small></h2>
<img src="${file}-small.png" alt=""><img src="${file}.png" width="${card.width}" alt="${alt}"><p>${alt}</p></section>`);
  }
}
writeFileSync(
  `${FOLDER}index.html`,
  `<!doctype html><meta charset="utf-8"><title>Pictures of Strata</title>
<style>body{font:14px sans-serif;background:#808890;margin:24px}section{margin:0 0 48px}img{margin:0 16px 0 0;vertical-align:top}
small{font-weight:400}p{max-width:1200px}</style>
${entries.join('\n')}\n`,
);
console.log(`${entries.length} pictures: ${FOLDER}index.html`);
