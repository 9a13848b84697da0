import { DeadlineError, InputError, RemoteError } from '#domain/errors.ts';

/** True of an error that says that there is nothing to ask yet: no entry in the kubeconfig, nobody who answers. */
export function isAbsence(error: unknown): boolean {
  if (isRefusal(error)) return false;
  return error instanceof RemoteError || error instanceof InputError || error instanceof DeadlineError;
}

/** True when somebody answered that we may not ask: then something is there. */
export function isRefusal(error: unknown): boolean {
  return error instanceof RemoteError && (error.failure.status === 401 || error.failure.status === 403);
}
