import type { Node } from '../src/report/kit/nodes.ts';

/** Properties that HTML has in another unit or under another name. */
const PIXELS = new Set(
  'width height minWidth maxWidth gap top right left padding margin borderRadius fontSize'.split(' '),
);

function cssOf(style: Readonly<Record<string, unknown>>): string {
  return Object.entries(style)
    .flatMap(([name, value]): string[] => {
      if (name === 'lineClamp') {
        return [`display:-webkit-box;-webkit-box-orient:vertical;overflow:hidden;-webkit-line-clamp:${String(value)}`];
      }
      const key = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      return [`${key}:${String(value)}${typeof value === 'number' && PIXELS.has(name) ? 'px' : ''}`];
    })
    .join(';');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** The same tree as HTML: a browser's layout and text, drawn from the same styles. */
function htmlOf(node: Node): string {
  const style = escaped(cssOf((node.style ?? {}) as Record<string, unknown>));
  if (node.type === 'text') return `<div style="${style}">${escaped(node.text)}</div>`;
  if (node.type === 'image') {
    const source = Buffer.from(typeof node.src === 'string' ? node.src : '').toString('base64');
    return `<img style="${style}" src="data:image/svg+xml;base64,${source}">`;
  }
  return `<div style="${style}">${(node.children ?? []).map(htmlOf).join('')}</div>`;
}

/** A page that shows a card. `fonts`: `@font-face` rules. */
export function pageOf({ width, root }: { readonly width: number; readonly root: Node }, fonts: string): string {
  return `<!doctype html><meta charset="utf-8"><style>${fonts}*{box-sizing:border-box}body{margin:0;width:${width}px}</style>${htmlOf(root)}`;
}
