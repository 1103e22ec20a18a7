import { downloadUrl, upload } from './documents.js';
import { settings } from './settings.js';
import { leaveForSignIn, tokenAfterSignIn } from './sign-in.js';

const find = (id) => document.getElementById(id);
const say = (text) => { find('status').textContent = text; };

const token = await tokenAfterSignIn(settings);
find('sign-in').hidden = token !== undefined;
find('upload').hidden = find('download').hidden = token === undefined;
find('sign-in').addEventListener('click', () => void leaveForSignIn(settings));

function onSubmit(id, action) {
  find(id).addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await action();
    } catch (error) {
      say(error.message);
    }
  });
}

onSubmit('upload', async () => {
  const [file] = find('file').files;
  await upload(settings, token, file);
  say(`${file.name} is stored.`);
});
onSubmit('download', async () => {
  location.assign(await downloadUrl(settings, token, find('name').value));
});
