/**
 * What the detectors find. The order is the tie-break: of two matches over the same bytes the earlier kind names it.
 */
export const KINDS = [
  'private-key',
  'jwt',
  'aws-key',
  'token',
  'url-credential',
  'secret',
  'email',
  'card',
  'iban',
  'us-ssn',
  'us-itin',
  'uk-nino',
  'uk-nhs',
  'de-tax-id',
  'fr-nir',
  'es-dni',
  'it-codice-fiscale',
  'nl-bsn',
  'in-aadhaar',
  'br-cpf',
  'br-cnpj',
  'ca-sin',
  'au-tfn',
  'ipv4',
  'ipv6',
  'mac',
  'phone',
  'date-of-birth',
  'passport',
  'driving-licence',
  'coordinates',
  'name',
  'address',
] as const;

export type BuiltInKind = (typeof KINDS)[number];

/** A built-in kind, or the name a dictionary, pattern or field rule of the policy gives to what it finds. */
export type Kind = BuiltInKind | (string & {});
