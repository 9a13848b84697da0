import { describe, expect, it } from 'vitest';
import { slicesFor, stackOf } from '#report/kit/fonts.ts';
import { text } from '#report/kit/nodes.ts';
import { raster } from '#report/kit/raster.ts';

function familiesFor(content: string): string[] {
  return [...new Set(slicesFor(content, stackOf(content, true)).map(({ family }) => family))];
}

async function draw(content: string, weight: 400 | 600 = 400): Promise<Buffer> {
  const root = text(content, { size: 20, color: '#000000', weight }, { backgroundColor: '#ffffff' });
  return raster({ width: 200, root });
}

describe('fonts', () => {
  it.each([
    ['node-1', ['JetBrains Mono']],
    ['Größe čeština Ελλάδα Київ Đà Nẵng', ['JetBrains Mono']],
    ['数据库', ['Noto Sans SC']],
    ['データベース', ['Noto Sans JP']],
    ['主データベース', ['Noto Sans JP']],
    ['데이터베이스', ['Noto Sans KR']],
    ['node-1 服务器', ['JetBrains Mono', 'Noto Sans SC']],
    ['働く', ['Noto Sans JP']],
    ['鰯', ['Noto Sans JP']],
    ['𝒜', []],
  ])('draws %s with %j', (content, families) => {
    expect(familiesFor(content)).toEqual(families);
  });

  it('loads only the slices that hold the characters', () => {
    expect(slicesFor('数据库', stackOf('数据库', false)).length).toBeLessThanOrEqual(3);
    expect(slicesFor('node-1', stackOf('node-1', false))).toHaveLength(2);
  });

  it.each(['数据库', 'データ', '데이터'])('draws %s with its own glyphs, in two weights', async (content) => {
    const missing = await draw('\u0e01\u0e02\u0e03');

    const [plain, strong] = [await draw(content), await draw(content, 600)];

    expect(plain.equals(missing)).toBe(false);
    expect(plain.equals(await draw(content.replace(/./u, '\u0e01')))).toBe(false);
    expect(plain.equals(strong)).toBe(false);
  });
});
