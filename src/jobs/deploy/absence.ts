import { DeadlineError, InputError, RemoteError } from '#domain/errors.ts';

/** True of an error that says that there is nothing to ask yet: no entry in the kubeconfig, nobody who answers. */
export function isAbsence(error: unknown): boolean {
  return error instanceof RemoteError || error instanceof InputError || error instanceof DeadlineError;
}
