/**
 * What the page adds where scripts run: filters, kept in the address, and rows that open when they are linked to.
 * Everything that it shows is there without it.
 */
export const SCRIPT = `
'use strict';
(() => {
  const form = document.getElementById('filters');
  const rows = [...document.querySelectorAll('[data-bucket],[data-who],[data-guarantee]')];
  const status = document.getElementById('filtered');
  const fields = ['bucket', 'who', 'guarantee'];
  const apply = (save) => {
    const wanted = Object.fromEntries(fields.map((name) => [name, form.elements[name].value.trim().toLowerCase()]));
    let shown = 0;
    for (const row of rows) {
      const hide = fields.some((name) => {
        const value = row.dataset[name];
        return value !== undefined && wanted[name] !== '' && !value.toLowerCase().includes(wanted[name]);
      });
      row.toggleAttribute('data-hidden', hide);
      if (!hide && row.tagName === 'DETAILS') shown += 1;
    }
    const set = fields.filter((name) => wanted[name] !== '');
    status.textContent = set.length === 0 ? '' : shown + ' resources shown';
    if (save) {
      const query = new URLSearchParams(set.map((name) => [name, form.elements[name].value.trim()])).toString();
      history.replaceState(null, '', query === '' ? '#' : '#?' + query);
    }
  };
  const follow = () => {
    const { hash } = location;
    if (hash.startsWith('#?')) {
      const query = new URLSearchParams(hash.slice(2));
      for (const name of fields) form.elements[name].value = query.get(name) ?? '';
      apply(false);
      return;
    }
    const target = hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    const more = target.tagName === 'TR' && target.querySelector('details');
    if (more) more.open = true;
    target.scrollIntoView({ block: 'center' });
  };
  form.hidden = false;
  form.addEventListener('input', () => apply(true));
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(() => apply(true)));
  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === '/' && !typing) {
      event.preventDefault();
      form.elements.bucket.focus();
    }
    if (event.key === 'Escape' && form.contains(document.activeElement)) form.reset();
  });
  addEventListener('hashchange', follow);
  addEventListener('beforeprint', () => {
    for (const each of document.querySelectorAll('details')) each.open = true;
  });
  follow();
})();
`;
