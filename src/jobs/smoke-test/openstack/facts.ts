/** What the plan of an OpenStack layer depends on. */
export type OpenStackFacts = {
  readonly kind: 'openstack';
  readonly name: string;
  readonly network: boolean;
  readonly volume: boolean;
  readonly reach: boolean;
  /** Login user of the image. */
  readonly user: string;
};
