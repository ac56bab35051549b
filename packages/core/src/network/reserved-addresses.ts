/**
 * Where machines in a cloud ask for their credentials: AWS with ECS and EKS, Azure, Google, Oracle,
 * Tencent (all in link-local IPv4 but for those named), Alibaba 100.100.100.200, Azure's wire server
 * 168.63.129.16, Oracle Classic 192.0.0.192, AWS fd00:ec2::254 and ::23, Google fd20:ce::254.
 */
export const metadataAddresses: readonly string[] = [
  '169.254.0.0/16',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::/32',
  'fd20:ce::254',
];

/**
 * What is not public: the special purpose registries of IANA (RFC 6890 and its updates), multicast
 * and the reserved rest.
 */
export const privateAddresses: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Unspecified, loopback, and IPv4 written as ::a.b.c.d or ::ffff:0:a.b.c.d.
  '::/64',
  '64:ff9b:1::/48',
  '100::/63',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

/** For targets that are resolved elsewhere, by a proxy. */
export const metadataNames: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.tencentyun.com',
  'instance-data',
  'instance-data.ec2.internal',
]);
