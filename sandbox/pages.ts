import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', css: 'text/css', js: 'text/javascript' };
/** So that a page looks the same on every machine. */
const FONTS = new Set(['inter-latin-400-normal.woff2', 'inter-latin-700-normal.woff2']);

export type PageFile = { readonly type: string; readonly bytes: Buffer };

/** The files of a folder, and the fonts, by the last part of an address; an empty one is the index. */
export function pageIn(folder: URL): (name: string) => PageFile | undefined {
  const names = new Set(readdirSync(folder));
  return (asked) => {
    const name = asked === '' ? 'index.html' : asked;
    if (FONTS.has(name)) {
      const path = fileURLToPath(import.meta.resolve(`@fontsource/inter/files/${name}`));
      return { type: 'font/woff2', bytes: readFileSync(path) };
    }
    if (!names.has(name)) return undefined;
    const type = `${TYPES[name.split('.')[1] ?? '']}; charset=utf-8`;
    return { type, bytes: readFileSync(new URL(name, folder)) };
  };
}
