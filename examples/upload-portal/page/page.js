import { download, upload } from './documents.js';
import { settings } from './settings.js';
import { leaveForSignIn, tokenAfterSignIn } from './sign-in.js';

const find = (id) => document.getElementById(id);
const say = (text, isError = false) => {
  find('status').textContent = text;
  find('status').classList.toggle('error', isError);
};

const token = await tokenAfterSignIn(settings);
find('sign-in').hidden = token !== undefined;
find('upload').hidden = find('download').hidden = token === undefined;
find('sign-in').addEventListener('click', () => void leaveForSignIn(settings));

function onSubmit(id, action) {
  find(id).addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = find(id).querySelector('button');
    button.disabled = true;
    say('…');
    try {
      say(await action());
    } catch (error) {
      say(error.message, true);
    }
    button.disabled = false;
  });
}

onSubmit('upload', async () => {
  const [file] = find('file').files;
  await upload(settings, token, file);
  return `${file.name} is stored.`;
});
onSubmit('download', async () => {
  const name = find('name').value;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await download(settings, token, name));
  link.download = name.split('/').pop();
  link.click();
  URL.revokeObjectURL(link.href);
  return `${name} is saved.`;
});
