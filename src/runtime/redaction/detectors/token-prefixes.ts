/**
 * Prefix, least length of the whole token, and `=` where the length is exact, `hex` where all that follows is hexadecimal too.
 * Sources: the issuers' documentation of token formats.
 */
export const TOKEN_PREFIXES: ReadonlyArray<readonly [prefix: string, least: number, exact?: '=' | 'hex']> = [
  ['ghp_', 40], ['gho_', 40], ['ghu_', 40], ['ghs_', 40], ['ghr_', 40], ['github_pat_', 50], // GitHub
  ['glpat-', 26], ['gldt-', 25], ['glrt-', 25], ['glptt-', 40], // GitLab
  ['xoxb-', 24], ['xoxp-', 24], ['xoxa-', 24], ['xoxr-', 24], ['xoxs-', 24], ['xoxe-', 24], ['xapp-', 24], // Slack
  ['sk_live_', 24], ['sk_test_', 24], ['rk_live_', 24], ['rk_test_', 24], ['whsec_', 24], // Stripe
  ['sk-ant-', 40], ['sk-proj-', 40], ['sk-', 40], // model providers
  ['AIza', 39], ['ya29', 24], ['GOCSPX-', 30], // Google
  ['npm_', 40], ['pypi-', 50], ['dckr_pat_', 30], ['hf_', 30], // package and model registries
  ['dop_v1_', 60], ['doo_v1_', 60], ['shpat_', 36], ['shpss_', 36], ['shpca_', 36], // DigitalOcean, Shopify
  ['SK', 34, 'hex'], ['AC', 34, 'hex'], // Twilio
  ['key-', 36, '='], ['EAAC', 60], ['lin_api_', 40], ['NRAK-', 32], ['rubygems_', 50], ['glsa_', 40], ['hvs_', 40], ['sntrys_', 60], ['PMAK-', 60],
];

/** Prefixes of AWS access key ids that stand for credentials; 16 upper-case letters or digits follow. */
export const AWS_PREFIXES = ['AKIA', 'ASIA', 'ABIA', 'ACCA'] as const;
