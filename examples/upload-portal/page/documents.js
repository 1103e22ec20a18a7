/** Asks the API for a URL; the token says who asks. */
async function urlFor(settings, token, order) {
  const response = await fetch(settings.urlsEndpoint, {
    method: 'POST',
    headers: { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  if (response.status === 401) throw new Error('Your sign-in has ended. Reload the page and sign in again.');
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return answer;
}

/** The SHA-256 of a file in Base64: S3 refuses an upload of anything else. */
async function checksumOf(content) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  return btoa(String.fromCharCode(...digest));
}

/** Stores a file in the folder of who is signed in. */
export async function upload(settings, token, file) {
  const content = await file.arrayBuffer();
  const order = { operation: 'put', key: file.name, contentType: file.type, size: content.byteLength, checksumSha256: await checksumOf(content) };
  const { method, url, headers } = await urlFor(settings, token, order);
  const response = await fetch(url, { method, headers, body: content });
  if (!response.ok) throw new Error(`The document is not stored: S3 answered ${response.status}.`);
}

/** Stores it by a form, as pages do that cannot send headers of their own. */
export async function uploadByForm(settings, token, file) {
  const order = { operation: 'post', key: file.name, contentType: file.type, checksumSha256: await checksumOf(await file.arrayBuffer()) };
  const { method, url, fields } = await urlFor(settings, token, order);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', file);
  const response = await fetch(url, { method, body: form });
  if (!response.ok) throw new Error(`The document is not stored: S3 answered ${response.status}.`);
}

/** The content of a document. Fetched rather than visited: if there is none, the page is still there to say so. */
export async function download(settings, token, name) {
  const { url } = await urlFor(settings, token, { operation: 'get', key: name });
  const response = await fetch(url);
  // Of who may not list, S3 does not say whether there is such an object.
  if (response.status === 403 || response.status === 404) throw new Error('There is no document of that name.');
  if (!response.ok) throw new Error(`The document cannot be had: S3 answered ${response.status}.`);
  return response.blob();
}
