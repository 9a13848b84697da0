import { InputError } from '#domain/errors.ts';
import type { KubespraySetting, Layer } from '#domain/stack.ts';
import { words } from '#words/kubespray.ts';

/** @throws InputError when the stack file does not say where Kubespray is */
export function settingOf({ name, kubespray }: Layer): KubespraySetting {
  if (!kubespray) throw new InputError(words.noKubespray(name), { advice: words.advice.noKubespray });
  return kubespray;
}
