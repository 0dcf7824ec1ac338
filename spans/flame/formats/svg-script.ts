/**
 * What makes a drawn flame graph one to use: zoom (click, Enter; Escape goes
 * back), search (`/`), and moving by arrow keys. It is the same text in every
 * file, has no handlers in attributes and evaluates nothing, so that a content
 * security policy can allow it by its hash; where it is not allowed, the picture
 * is what is left.
 */
export const SVG_SCRIPT = `
(() => {
  const root = document.currentScript.closest('svg');
  const NS = 'http://www.w3.org/2000/svg';
  const status = root.querySelector('.status');
  const frames = [...root.querySelectorAll('.f')].map((node) => ({
    node,
    x: parseFloat(node.getAttribute('x')),
    width: parseFloat(node.getAttribute('width')),
    y: Number(node.getAttribute('y')),
    tip: node.querySelector('title').textContent.split('\\n'),
  }));
  const byNode = new Map(frames.map((frame) => [frame.node, frame]));
  const NEAR = 1e-4;
  const HINT = 'click or Enter zooms, Escape goes back, / searches, arrow keys move';
  const all = frames[0];
  let zoomed = all;
  let said = HINT;

  if (root === document.documentElement) root.setAttribute('width', '100%');
  root.classList.add('live');
  status.textContent = said;

  const within = (inner, outer) =>
    inner.x >= outer.x - NEAR && inner.x + inner.width <= outer.x + outer.width + NEAR;

  function zoom(to) {
    zoomed = to;
    const pixels = root.getBoundingClientRect().width / 100;
    for (const frame of frames) {
      const isAbove = frame.y < to.y && within(to, frame);
      const isShown = isAbove || (frame.y >= to.y && within(frame, to));
      frame.node.classList.toggle('above', isAbove);
      frame.node.classList.toggle('away', !isShown);
      if (!isShown) continue;
      const x = isAbove ? 0 : ((frame.x - to.x) / to.width) * 100;
      const width = isAbove ? 100 : (frame.width / to.width) * 100;
      frame.node.setAttribute('x', x + '%');
      frame.node.setAttribute('width', width + '%');
      if (width * pixels > 24 && frame.node.querySelector('text') === null) {
        const text = document.createElementNS(NS, 'text');
        text.setAttribute('x', '4');
        text.setAttribute('y', '13');
        text.textContent = frame.tip[0];
        frame.node.append(text);
      }
    }
  }

  function search(wanted) {
    const needle = wanted.trim().toLowerCase();
    let share = 0;
    let count = 0;
    let until = -1;
    for (const frame of frames) {
      const isHit = needle !== '' && frame !== all && frame.tip[0].toLowerCase().includes(needle);
      frame.node.classList.toggle('hit', isHit);
      if (!isHit) continue;
      count += 1;
      // Parents come first: what is within a match is counted already.
      if (frame.x < until - NEAR) continue;
      share += frame.width;
      until = frame.x + frame.width;
    }
    root.classList.toggle('searched', needle !== '');
    said = needle === '' ? HINT : count + (count === 1 ? ' frame' : ' frames') + ' found, ' + share.toPrecision(3) + ' % of all';
    status.textContent = said;
  }

  function next(from, key) {
    const shown = frames.filter(({ node }) => !node.classList.contains('away'));
    const row = shown.filter(({ y }) => y === from.y);
    const at = row.indexOf(from);
    if (key === 'ArrowLeft') return row[at - 1];
    if (key === 'ArrowRight') return row[at + 1];
    if (key === 'ArrowUp') return shown.findLast((frame) => frame.y < from.y && within(from, frame));
    return shown.find((frame) => frame.y > from.y && within(frame, from));
  }

  function focus(frame) {
    for (const { node } of frames) node.removeAttribute('tabindex');
    frame.node.setAttribute('tabindex', '0');
    frame.node.focus();
  }

  const frameAt = (event) => byNode.get(event.target.closest('.f'));
  root.addEventListener('click', (event) => {
    const frame = frameAt(event);
    if (frame !== undefined) zoom(frame);
  });
  for (const name of ['mouseover', 'focusin']) {
    root.addEventListener(name, (event) => {
      const frame = frameAt(event);
      status.textContent = frame === undefined ? said : frame.tip.join(' · ');
    });
  }
  root.addEventListener('keydown', (event) => {
    const frame = frameAt(event);
    if (frame === undefined) return;
    if (event.key === 'Enter') zoom(frame);
    if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const to = next(frame, event.key);
    if (to !== undefined) focus(to);
  });
  for (const { node, tip } of frames) {
    node.setAttribute('role', 'button');
    node.setAttribute('aria-label', tip.join(', '));
  }
  all.node.setAttribute('tabindex', '0');

  const box = document.createElementNS(NS, 'foreignObject');
  box.setAttribute('class', 'soft');
  box.setAttribute('x', '100%');
  box.setAttribute('y', '6');
  box.setAttribute('width', '240');
  box.setAttribute('height', '28');
  box.setAttribute('transform', 'translate(-250 0)');
  const input = document.createElementNS('http://www.w3.org/1999/xhtml', 'input');
  input.setAttribute('type', 'search');
  input.setAttribute('placeholder', 'search /');
  input.setAttribute('aria-label', 'search');
  box.append(input);
  root.append(box);
  input.addEventListener('input', () => search(input.value));
  window.addEventListener('keydown', (event) => {
    if (event.key === '/' && event.target !== input) {
      event.preventDefault();
      input.focus();
    }
    if (event.key !== 'Escape') return;
    if (event.target === input || input.value !== '') {
      input.value = '';
      input.blur();
      search('');
    } else {
      zoom(all);
    }
  });
})();
`;
