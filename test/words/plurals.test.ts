import { expect, it } from 'vitest';
import { words as ceph } from '#words/ceph.ts';
import { words as chat } from '#words/chat.ts';
import { words as cli } from '#words/cli.ts';
import { words as commands } from '#words/commands.ts';
import { words as kubespray } from '#words/deploy-kubespray.ts';
import { words as extras } from '#words/extras.ts';
import { words as home } from '#words/home.ts';
import { words as smoke } from '#words/smoke-test.ts';
import { words as status } from '#words/status.ts';

it.each([
  [ceph.noOsds(1), 'the only OSD does not run'],
  [chat.hiddenSteps(1), '... and 1 more step'],
  [cli.auditWhole('lab', 1, 'h'), '✓ lab: 1 record, whole and unchanged; head h'],
  [cli.auditFlawed('lab', 1), '✗ lab: 1 record is not as it was written'],
  [cli.auditFlawed('lab', 2), '✗ lab: 2 records are not as they were written'],
  [cli.cloudFound('admin', 1), 'signed in to project admin, 1 service'],
  [commands.noSuchRuns('lab', 1), 'The only run of lab is not such.'],
  [kubespray.nodes(1), '1 node Ready'],
  [extras.nodes(1, ''), '1 node'],
  [home.moreEnvironments(1), '... and 1 more environment, which is no worse'],
  [smoke.looks.sameDisks(1), '1 disk, as before'],
  [status.moreTroubles(1), 'and 1 more trouble: the tables have them all'],
])('one is one: %s', (said, right) => {
  expect(said).toBe(right);
});
