// The outputs of the stack.
export const settings = {
  urlsEndpoint: 'https://API_ID.execute-api.eu-central-1.amazonaws.com/urls',
  signInUrl: 'https://SIGN_IN.auth.eu-central-1.amazoncognito.com',
  clientId: 'CLIENT_ID',
};
