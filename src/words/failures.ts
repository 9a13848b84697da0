/** What known failure texts mean, first match wins: cause and what to do. */
type Meaning = { readonly cause: string; readonly advice: string };

const KNOWN: readonly (readonly [RegExp, Meaning])[] = [
  [
    /No valid host was found/i,
    {
      cause: 'the scheduler found no hypervisor with room for it',
      advice: 'Look at the capacity of the hypervisors and for disabled compute services; or take a smaller flavor.',
    },
  ],
  [
    /Quota exceeded|exceeded for quota|Maximum number of (ports|volumes)/i,
    {
      cause: 'a quota of the project is used up',
      advice: 'Delete what is no longer needed (ports and volumes of dead servers first), or have the quota raised.',
    },
  ],
  [
    /No more IP addresses available/i,
    { cause: 'the address pool is empty', advice: 'Release unused floating IPs and ports, or add a pool.' },
  ],
  [
    /Failed to allocate the network|Virtual Interface creation failed/i,
    {
      cause: 'the network agent of the host did not plug the port in time',
      advice: 'Look at the network agents and Open vSwitch on that host.',
    },
  ],
  [
    /Exceeded maximum number of retries/i,
    {
      cause: 'the server could not be started on any host',
      advice: 'Look at the log of nova-compute; without nested virtualisation set virt_type to qemu.',
    },
  ],
  [
    /not mapped to any cell/i,
    { cause: 'a compute host was not discovered', advice: 'Run cell discovery (the cell-setup job).' },
  ],
  [
    /No valid backend was found/i,
    { cause: 'no volume backend takes it', advice: 'Look at the volume services and at Ceph.' },
  ],
];

/** Cause and what to do as two sentences; undefined for a text we know nothing about. */
export function adviceOn(text: string): string | undefined {
  const meaning = meaningOf(text);
  return meaning && `${meaning.cause[0]?.toUpperCase() ?? ''}${meaning.cause.slice(1)}. ${meaning.advice}`;
}

/** undefined for a text we know nothing about. */
export function meaningOf(text: string): Meaning | undefined {
  return KNOWN.find(([pattern]) => pattern.test(text))?.[1];
}
