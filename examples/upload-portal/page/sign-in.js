const base64Url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** Leaves for Cognito's sign-in page, with a proof key (PKCE) that only this page can redeem. */
export async function leaveForSignIn({ signInUrl, clientId }) {
  const verifier = base64Url(crypto.getRandomValues(new Uint8Array(32)));
  const state = base64Url(crypto.getRandomValues(new Uint8Array(16)));
  sessionStorage.setItem('signIn', JSON.stringify({ verifier, state }));
  const challenge = base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  location.assign(`${signInUrl}/oauth2/authorize?${new URLSearchParams({
    response_type: 'code', client_id: clientId, redirect_uri: `${location.origin}/`, scope: 'openid', state,
    code_challenge: challenge, code_challenge_method: 'S256',
  })}`);
}

/** The access token, if the browser just came back from there; it stays in memory and nowhere else. */
export async function tokenAfterSignIn({ signInUrl, clientId }) {
  const code = new URLSearchParams(location.search).get('code');
  const started = JSON.parse(sessionStorage.getItem('signIn') ?? 'null');
  sessionStorage.removeItem('signIn');
  if (!code || !started || new URLSearchParams(location.search).get('state') !== started.state) return undefined;
  history.replaceState(undefined, '', '/');
  const response = await fetch(`${signInUrl}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code', client_id: clientId, redirect_uri: `${location.origin}/`, code, code_verifier: started.verifier,
    }),
  });
  return response.ok ? (await response.json()).access_token : undefined;
}
