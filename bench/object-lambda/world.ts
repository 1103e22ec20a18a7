/** What Lambda sets. */
export const LAMBDA_ENV = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKID',
  AWS_SECRET_ACCESS_KEY: 'secret',
  STRONGBOX_LOG_LEVEL: 'off',
};

/** An event of S3 Object Lambda for the one object of the server. */
export function eventOf(endpoint: string) {
  return {
    getObjectContext: {
      inputS3Url: `${endpoint}/object?X-Amz-SignedHeaders=host`,
      outputRoute: 'route',
      outputToken: 'token',
    },
    configuration: { payload: '{"view":"v"}' },
    userRequest: { url: 'https://example/object', headers: {} },
  };
}
