/**
 * Prefix, least length of the whole token, and `=` where the length is exact, `hex` where all that follows is hexadecimal too.
 * Sources: the issuers' documentation of token formats.
 */
export const TOKEN_PREFIXES: ReadonlyArray<readonly [prefix: string, least: number, exact?: '=' | 'hex']> = [
  ['ghp_', 40], ['gho_', 40], ['ghu_', 40], ['ghs_', 40], ['ghr_', 40], ['github_pat_', 50], // GitHub
  ['glpat-', 26], ['gldt-', 25], ['glrt-', 25], ['glptt-', 40], ['glcbt-', 24], ['glft-', 24], ['gloas-', 40], ['glsoat-', 25], ['glimt-', 25],
  ['glagent-', 40], ['glffct-', 25], // GitLab
  ['xoxb-', 24], ['xoxp-', 24], ['xoxa-', 24], ['xoxr-', 24], ['xoxs-', 24], ['xoxe-', 24], ['xoxc-', 24], ['xoxd-', 24], ['xapp-', 24], // Slack
  ['sk_live_', 24], ['sk_test_', 24], ['rk_live_', 24], ['rk_test_', 24], ['whsec_', 24], // Stripe
  ['sk-ant-', 40], ['sk-proj-', 40], ['sk-svcacct-', 40], ['sk-admin-', 40], ['sk-', 40], ['gsk_', 40], ['pplx-', 40], ['xai-', 40],
  ['r8_', 36], ['pcsk_', 40], ['lsv2_pt_', 40], ['lsv2_sk_', 40], ['nvapi-', 40], // model providers
  ['AIza', 39], ['GOCSPX-', 30], // Google
  ['npm_', 40], ['pypi-', 50], ['dckr_pat_', 30], ['dckr_oat_', 30], ['hf_', 30], ['rubygems_', 50], // registries
  ['dop_v1_', 60], ['doo_v1_', 60], ['dor_v1_', 60], ['shpat_', 36], ['shpss_', 36], ['shpca_', 36], ['shppa_', 36], // DigitalOcean, Shopify
  ['SK', 34, 'hex'], ['AC', 34, 'hex'], // Twilio
  ['key-', 36, '='], ['EAAC', 60], ['EAAA', 56], ['sq0atp-', 29], ['sq0csp-', 50], ['lin_api_', 40], ['NRAK-', 32], ['glsa_', 40], ['glc_', 40],
  ['sntrys_', 60], ['sntryu_', 60], ['PMAK-', 60], ['dapi', 36, 'hex'], ['ntn_', 40], ['secret_', 50], ['figd_', 40], ['figu_', 40],
  ['ATATT3', 50], ['ATCTT3', 50], ['sbp_', 40], ['pscale_tkn_', 40], ['pscale_pw_', 40], ['nfp_', 40], ['HRKU-', 40],
  ['pul-', 44], ['phc_', 40], ['phx_', 40], ['dt0c01', 40], ['EZAK', 58], ['EZTK', 58], ['pat-na1-', 40], ['pat-eu1-', 40],
  ['AGE-SECRET-K', 60], ['CFPAT-', 40],
];

/** Prefixes of AWS access key ids that stand for credentials; 16 upper-case letters or digits follow. */
export const AWS_PREFIXES = ['AKIA', 'ASIA', 'ABIA', 'ACCA'] as const;
