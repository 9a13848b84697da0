import { InputError } from '#domain/errors.ts';
import type { Layer } from '#domain/stack.ts';
import { words } from '#words/deploy.ts';
import type { Provisioner } from '../provisioner.ts';
import { existing } from './existing/existing.ts';
import { openstackHelm } from './openstack-helm/openstack-helm.ts';
import { rook } from './rook/rook.ts';
import { kollaAnsible } from './kolla-ansible/kolla-ansible.ts';
import { kubespray } from './kubespray/kubespray.ts';

/** Every provisioner, by its name in the stack file. One line an entry. */
const PROVISIONERS: Readonly<Record<string, Provisioner>> = {
  existing,
  'openstack-helm': openstackHelm,
  rook: rook,
  'kolla-ansible': kollaAnsible,
  kubespray: kubespray,
};

/** The provisioner of a layer; `existing` where the stack file names none. @throws InputError for a name that none has */
export function provisionerOf({ name, provisioner = 'existing' }: Layer): Provisioner {
  const found = Object.hasOwn(PROVISIONERS, provisioner) ? PROVISIONERS[provisioner] : undefined;
  if (found) return found;
  throw new InputError(words.noProvisioner(name, provisioner), {
    advice: words.advice.noProvisioner(Object.keys(PROVISIONERS)),
  });
}
