import { setImmediate as turn } from 'node:timers/promises';
import { raster } from '../src/report/kit/raster.ts';
import { draw } from '../test/report/cards.ts';

/**
 * `node bench/picture-block.ts CARD TIMES`: prints how long nothing else could run at most while each picture was drawn,
 * from the report on, ms, as JSON. The first is the first picture of this process.
 */
const [, , name = '', times = '1'] = process.argv;
const longest: number[] = [];
for (let index = 0; index < Number(times); index++) longest.push(await longestBlock());
console.log(JSON.stringify(longest));

/** Looks at the clock in every turn of the event loop: a histogram of delays leaves out what comes first and last. */
async function longestBlock(): Promise<number> {
  await turn();
  const drawing = { isDone: false };
  const watching = watch(drawing);
  await turn();
  await raster(draw(name, 'dark').card);
  drawing.isDone = true;
  return watching;
}

async function watch(drawing: { readonly isDone: boolean }): Promise<number> {
  let most = 0;
  let last = performance.now();
  while (!drawing.isDone) {
    await turn();
    const now = performance.now();
    most = Math.max(most, now - last);
    last = now;
  }
  return most;
}
