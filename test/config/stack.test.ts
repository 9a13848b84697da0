import { describe, expect, it } from 'vitest';
import { parseStack, readStack } from '#config/stack.ts';

function lab(layers: string, more = ''): string {
  return `environments:\n  lab:\n    channels: ["#ops"]\n${more}    layers:\n${layers}`;
}

function mistakesOf(text: string): string[] {
  try {
    parseStack(text, 'strata.yaml');
  } catch (error) {
    return (error as Error).message.split('\n  ').slice(1);
  }
  return [];
}

const METAL = '      - { name: metal, kind: openstack, cloud: kolla }\n';

describe('the stack file', () => {
  it('is read from the example with every layer of the story', () => {
    const { environments, terminal, keys } = readStack('strata.example.yaml');

    expect(environments.map(({ name, layers }) => [name, layers.map((layer) => layer.name)])).toEqual([
      ['lab', ['metal', 'cluster', 'storage', 'cloud']],
    ]);
    expect(environments[0]?.layers[0]?.reach).toEqual({ kind: 'command', command: ['ssh', 'kolla@metal'] });
    expect(terminal).toEqual({ kolla: 'U0123456789' });
    expect(keys).toEqual({ U0123456789: [expect.stringMatching(/^ssh-ed25519 /)] });
  });

  it('knows what the wires carry, where it is said', () => {
    const metal = METAL.replace(' }', ', mtu: { physical: 9000 } }');
    const layers = [METAL, metal].map((text) => parseStack(lab(text), 'strata.yaml').environments[0]?.layers[0]);

    expect(layers.map((layer) => layer?.mtu)).toEqual([undefined, { physical: 9000 }]);
    expect(mistakesOf(lab(METAL.replace(' }', ', mtu: { physical: big } }')))).toHaveLength(1);
  });

  it.each([
    ['unix:///run/docker.sock', { socket: '/run/docker.sock', ssh: undefined }],
    ['unix:///run/höst 1/docker.sock', { socket: '/run/höst 1/docker.sock', ssh: undefined }],
    ['ssh://metal', { socket: undefined, ssh: { host: 'metal', user: undefined, port: undefined } }],
    ['ssh://kolla@10.0.0.7:2222', { ssh: { host: '10.0.0.7', user: 'kolla', port: 2222 } }],
    ['ssh://kolla@metal/run/podman/podman.sock', { socket: '/run/podman/podman.sock', ssh: { host: 'metal' } }],
  ])('knows where the containers run: %s', (url, host) => {
    const metal = METAL.replace(' }', `, host: "${url}" }`);

    expect(parseStack(lab(metal), 'strata.yaml').environments[0]?.layers[0]?.host).toMatchObject({ url, ...host });
  });

  it.each([
    'metal',
    'unix://docker.sock',
    'unix://',
    'tcp://metal:2375',
    'ssh://',
    'ssh://-oProxyCommand=reboot/',
    'ssh://-l@metal',
    'ssh://kolla@metal/run/a;reboot',
    'ssh://metal:99999999',
  ])('takes no other word for a host: %s', (url) => {
    const metal = METAL.replace(' }', `, host: "${url}" }`);

    expect(mistakesOf(lab(metal))).toEqual([expect.stringContaining('a host is ssh://user@host')]);
  });

  it('denies by default: nobody is listed, nothing is reached', () => {
    const [environment] = parseStack(lab(METAL), 'strata.yaml').environments;

    expect(environment).toMatchObject({
      people: { view: [], operate: [], approve: [], breakGlass: [] },
      production: false,
      layers: [{ reach: { kind: 'none' } }],
    });
  });

  it.each([
    [
      'an unknown kind',
      lab('      - { name: metal, kind: opnstack, cloud: a }'),
      'strata.yaml:5 environments.lab.layers[0].kind: "opnstack" is none of openstack, kubernetes, ceph; did you mean "openstack"?',
    ],
    [
      'an unknown field',
      lab(METAL, '    peple: {}\n'),
      'strata.yaml:4 environments.lab.peple: no field "peple" here, did you mean "people"?',
    ],
    [
      'an unknown field at the top',
      `${lab(METAL)}termnal: {}\n`,
      'strata.yaml:6 termnal: no field "termnal" here, did you mean "terminal"?',
    ],
    [
      'a missing field',
      'environments:\n  lab:\n    channels: ["#ops"]\n',
      'strata.yaml:2 environments.lab.layers: this field is missing',
    ],
    [
      'an unquoted channel',
      `environments:\n  lab:\n    channels:\n      - #ops\n    layers:\n${METAL}`,
      'strata.yaml:4 environments.lab.channels[0]: a channel is "#name" or an id as C0123456789; quote it, or YAML takes # for a comment',
    ],
    [
      'a person by name',
      lab(METAL, '    people: { view: [operator] }\n'),
      'strata.yaml:4 environments.lab.people.view[0]: a person is a user id (U...), a user group id (S...), or "*" for everybody in the channels',
    ],
    [
      'everybody at the glass',
      lab(METAL, '    people: { breakGlass: ["*"] }\n'),
      'strata.yaml:4 environments.lab.people.breakGlass[0]: who may break the glass is a user id (U...) or a user group id (S...), never everybody',
    ],
    [
      'a key that is not one',
      `${lab(METAL)}keys:\n  U0123: [ssh-rsa AAAA]\n`,
      'strata.yaml:7 keys.U0123[0]: a key is the line of id_ed25519.pub: ssh-ed25519 AAAA...; make one with: ssh-keygen -t ed25519',
    ],
    [
      'a name with a capital',
      `environments:\n  Lab:\n    channels: ["#ops"]\n    layers: []\n`,
      'strata.yaml:2 environments.Lab: a name is lower-case letters, digits and dashes, starts with a letter, and has at most 31 characters',
    ],
    [
      'a misspelt reach',
      lab('      - { name: metal, kind: openstack, cloud: a, reach: dirct }'),
      'strata.yaml:5 environments.lab.layers[0].reach: "dirct" is none of none, direct; did you mean "direct"?',
    ],
    [
      'a cloud that is missing',
      lab('      - { name: metal, kind: openstack }'),
      'strata.yaml:5 environments.lab.layers[0].cloud: an openstack layer needs "cloud": the name of its entry in clouds.yaml',
    ],
    [
      'a context that is missing',
      lab('      - { name: k, kind: kubernetes }'),
      'strata.yaml:5 environments.lab.layers[0].context: a kubernetes layer needs "context": the name of its kubeconfig context',
    ],
    [
      'two layers of one name',
      lab(METAL + METAL),
      'strata.yaml:6 environments.lab.layers[1].name: there are two layers called "metal"',
    ],
    [
      'a layer on nothing',
      lab(`${METAL}      - { name: c, kind: ceph, on: mtal }`),
      'strata.yaml:6 environments.lab.layers[1].on: no layer "mtal" stands above this line, did you mean "metal"?; layers are listed bottom first',
    ],
    [
      'a layer called all',
      lab('      - { name: all, kind: openstack, cloud: a }'),
      'strata.yaml:5 environments.lab.layers[0].name: "all" means every layer, so no layer can be called that',
    ],
    [
      'a bare star',
      lab(METAL, '    people: { view: [*] }\n'),
      'strata.yaml:4: not valid YAML: where everybody is meant, quote it: "*"',
    ],
    [
      'a star before a word',
      lab(METAL, '    people: { view: [*ops] }\n'),
      'strata.yaml:4: not valid YAML: nothing is called &ops, which *ops means; where a star is meant, quote it',
    ],
    [
      'a word where a list should be',
      lab(METAL, '    people: { view: all }\n'),
      'strata.yaml:4 environments.lab.people.view: expected a list, found a text',
    ],
    [
      'an empty list',
      lab('[]').replace('layers:\n', 'layers: '),
      'strata.yaml:4 environments.lab.layers: name one at least',
    ],
    [
      'a word for a command',
      lab(METAL.replace(' }', ', reach: { command: ssh } }')),
      'strata.yaml:5 environments.lab.layers[0].reach.command: expected a list, found a text',
    ],
    [
      'a number that is too small',
      lab(METAL.replace(' }', ', mtu: { physical: 100 } }')),
      'strata.yaml:5 environments.lab.layers[0].mtu.physical: expected 576 or more',
    ],
    [
      'a time that is none',
      lab(METAL, '    approvalMinutes: 0\n'),
      'strata.yaml:4 environments.lab.approvalMinutes: expected more than 0',
    ],
    [
      'a number that is too large',
      lab(METAL.replace(' }', ', drainMinutes: 9999 }')),
      'strata.yaml:5 environments.lab.layers[0].drainMinutes: expected 1440 or less',
    ],
    ['no environment', 'environments: {}\n', 'strata.yaml:1 environments: name one at least'],
    ['an empty file', '', 'strata.yaml: expected a mapping, found nothing'],
    [
      'a number for a name',
      lab('      - { name: metal, kind: openstack, cloud: 1 }'),
      'strata.yaml:5 environments.lab.layers[0].cloud: expected a text, found a number',
    ],
  ])('names file, line, field and the right word for %s', (_what, text, mistake) => {
    expect(mistakesOf(text)).toEqual([mistake]);
  });

  it('names all mistakes at once', () => {
    const text = lab('      - { name: metal, kind: opnstack }', '    production: yes-please\n    theme: drak\n');

    expect(mistakesOf(text)).toHaveLength(3);
  });

  it('names the line of what is not YAML', () => {
    expect(() => parseStack('environments:\n  lab: [', 'strata.yaml')).toThrow(/strata\.yaml:2: not valid YAML/);
  });

  it('refuses a file that aliases blow up', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]',
      'c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]',
      'd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]',
    ];

    expect(() => parseStack([...bomb, 'e: [*d,*d,*d,*d,*d,*d,*d,*d,*d]'].join('\n'), 'strata.yaml')).toThrow(
      expect.objectContaining({ code: 'INPUT', message: expect.stringContaining('more than 1000 references') }),
    );
  });

  it('says what to do when there is no file', () => {
    expect(() => readStack('/nowhere/strata.yaml')).toThrow(
      expect.objectContaining({ code: 'INPUT', advice: expect.stringContaining('STRATA_CONFIG') }),
    );
  });
});
