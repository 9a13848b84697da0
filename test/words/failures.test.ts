import { describe, expect, it } from 'vitest';
import { adviceOn, meaningOf } from '#words/failures.ts';

describe('what a failure text means', () => {
  it.each([
    ['No valid host was found. There are not enough hosts available.', /hypervisor/],
    ['Quota exceeded for cores, ram: Requested 8, but already used 36 of 40', /quota of the project/],
    ['ImagePullBackOff: Back-off pulling image "busybox"', /pull the image/],
    ['exec: "nslookup": executable file not found in $PATH', /lacks that command/],
    ['0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims.', /volume is not there/],
    ['storageclass.storage.k8s.io "general" not found', /volume is not there/],
    ["0/4 nodes are available: 4 node(s) didn't match Pod's node affinity/selector.", /no node has the label/],
    ['0/4 nodes are available: 4 Insufficient memory.', /room/],
    ['0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }.', /taint/],
    ['0/3 nodes are available: 3 node(s) had volume node affinity conflict.', /other nodes only/],
    ['Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node', /still attached/],
    ['pods "job-x" is forbidden: violates PodSecurity "restricted:latest"', /Pod Security/],
    ['pods "job-x" is forbidden: exceeded quota: small', /quota of the namespace/],
  ])('%s', (text, cause) => {
    expect(meaningOf(text)?.cause).toMatch(cause);
  });

  it('says nothing about what it does not know', () => {
    expect(meaningOf('the flux capacitor is out of plutonium')).toBeUndefined();
    expect(adviceOn('the flux capacitor is out of plutonium')).toBeUndefined();
  });

  it('gives cause and advice as sentences', () => {
    expect(adviceOn('OOMKilled')).toBe('It used more memory than its limit. Raise the memory limit of the container.');
  });
});
