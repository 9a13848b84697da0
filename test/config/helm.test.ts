import { describe, expect, it } from 'vitest';
import { parseStack } from '#config/stack.ts';
import { InputError } from '#domain/errors.ts';
import type { HelmSetting } from '#domain/stack.ts';

/** The setting of a layer with this text as its `helm`. */
function helmOf(text: string): HelmSetting | undefined {
  const layer = `{ name: cloud, kind: openstack, cloud: osh, helm: ${text} }`;
  const file = `environments:\n  lab:\n    channels: ['#ops']\n    layers:\n      - ${layer}\n`;
  return parseStack(file, 'strata.yaml').environments[0]?.layers[0]?.helm;
}

describe('the helm setting of a layer', () => {
  it('needs charts and releases; the rest has defaults', () => {
    expect(helmOf('{ charts: /opt/charts, releases: [{ name: keystone }] }')).toEqual({
      ...{ charts: '/opt/charts', releases: [{ name: 'keystone', values: [] }], labels: {}, timeoutMinutes: 30 },
    });
  });

  it('takes a repository, where each release says its version', () => {
    const helm = helmOf('{ charts: rook-release, releases: [{ name: rook-ceph, version: v1.18.7 }] }');

    expect(helm?.releases).toEqual([{ name: 'rook-ceph', version: 'v1.18.7', values: [] }]);
  });

  it.each([
    ['a repository without a version', '{ charts: osh, releases: [{ name: nova }] }', 'nobody knows what is approved'],
    ['a flag as charts', '{ charts: --post-renderer=x, releases: [{ name: nova }] }', 'charts are an absolute path'],
    ['a flag as value file', '{ charts: /c, releases: [{ name: nova, values: [-x] }] }', 'cannot begin with a dash'],
    ['a flag as chart', '{ charts: /c, releases: [{ name: nova, chart: -x }] }', 'called as its folder'],
    ['a path out of the charts', '{ charts: /c, releases: [{ name: nova, chart: ../x }] }', 'called as its folder'],
    ['a range as version', '{ charts: /c, releases: [{ name: nova, version: ">1" }] }', 'no range'],
    ['one name twice', '{ charts: /c, releases: [{ name: nova }, { name: nova }] }', 'two releases called "nova"'],
    ['a name that Helm refuses', '{ charts: /c, releases: [{ name: Nova_ }] }', 'lower-case letters'],
    ['no release', '{ charts: /c, releases: [] }', 'releases'],
  ])('refuses %s', (_what, text, said) => {
    const parse = () => helmOf(text);

    expect(parse).toThrow(InputError);
    expect(parse).toThrow(said);
  });
});
