import { Renderer } from '@takumi-rs/core';

const renderer = new Renderer();

/** Width and height as the header of a PNG has them. @throws Error for what is no PNG */
export function sizeOf(png: Buffer): { readonly width: number; readonly height: number } {
  if (png.subarray(1, 4).toString() !== 'PNG') throw new Error('no PNG');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/** The picture so many pixels wide, as PNG; `raw`: red, green, blue and alpha of each pixel. */
export async function shrink(png: Buffer, width: number, format: 'png' | 'raw' = 'png'): Promise<Buffer> {
  const whole = sizeOf(png);
  const size = { width, height: Math.round((whole.height * width) / whole.width) };
  return renderer.render({ type: 'image', src: new Uint8Array(png), style: size }, { ...size, format });
}

/** Red, green, blue and alpha of each pixel. */
export async function pixelsOf(png: Buffer): Promise<Buffer> {
  return shrink(png, sizeOf(png).width, 'raw');
}

/** How far two pictures of the same size are apart: `mean` of all channels (0 to 255), `share` of pixels far off. */
export function differenceOf(a: Buffer, b: Buffer): { readonly mean: number; readonly share: number } {
  const FAR = 64;
  let sum = 0;
  let far = 0;
  for (let pixel = 0; pixel < a.length; pixel += 4) {
    let most = 0;
    for (let channel = 0; channel < 4; channel++) {
      const apart = Math.abs((a[pixel + channel] ?? 0) - (b[pixel + channel] ?? 0));
      sum += apart;
      most = Math.max(most, apart);
    }
    if (most > FAR) far += 1;
  }
  return { mean: sum / a.length, share: (far * 4) / a.length };
}
