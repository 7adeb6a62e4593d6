// Looks at pages with axe-core in every form in which people see them, and writes what it found as JSON lines: a page, a form, and the violations that are serious or
// critical; of what is printed from a dark screen, too. A picture of each goes to the folder in SHOTS, if there is one, and what a printer makes of it.
//
//   node axe.js BASE PATH…
//
// MODULES is where axe-core and playwright-core are, if not here; CHROMIUM is the browser.
const path = require('node:path');
const modules = process.env.MODULES || path.join(__dirname, 'node_modules');
const { chromium } = require(path.join(modules, 'playwright-core'));
const axe = require(path.join(modules, 'axe-core'));

const forms = [
  { name: 'light', viewport: { width: 1000, height: 900 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1000, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 360, height: 740 }, colorScheme: 'light' },
];
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// print tells what is wrong with a page on paper, of what people print from a dark screen.
async function print(page) {
  await page.emulateMedia({ media: 'print' });
  const wrong = await page.evaluate(() => {
    const seen = e => e.getClientRects().length > 0, name = e => e.outerHTML.slice(0, 200);
    const useless = [...document.querySelectorAll('nav, form, .skip, .subscribe, .links')].filter(seen);
    const closed = [...document.querySelectorAll('details > :not(summary)')].filter(e => seen(e.parentElement) && !e.checkVisibility());
    const style = getComputedStyle(document.body), coloured = style.color !== 'rgb(0, 0, 0)' || style.backgroundColor !== 'rgb(255, 255, 255)';
    return [...useless, ...closed].map(name).concat(coloured ? [style.color + ' on ' + style.backgroundColor] : []);
  });
  await page.emulateMedia({ media: null });
  return wrong;
}

async function main([base, ...paths]) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  let bad = 0;
  for (const form of forms) {
    const context = await browser.newContext({ viewport: form.viewport, colorScheme: form.colorScheme, bypassCSP: true });
    const page = await context.newPage();
    // pages of a site with another base address load their style sheet from there
    await page.route(url => url.origin !== new URL(base).origin, async route =>
      route.fulfill({ response: await route.fetch({ url: base + new URL(route.request().url()).pathname }) }));
    for (const at of paths) {
      await page.goto(base + at, { waitUntil: 'load' });
      await page.evaluate(axe.source);
      const found = await page.evaluate(values => window.axe.run(document, { runOnly: { type: 'tag', values } }), rules);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
      const say = v => ({ id: v.id, impact: v.impact, nodes: v.nodes.length, first: v.nodes[0].html.slice(0, 200), why: v.nodes[0].failureSummary });
      const violations = found.violations.filter(v => v.impact === 'serious' || v.impact === 'critical').map(say);
      const lesser = found.violations.filter(v => v.impact !== 'serious' && v.impact !== 'critical').map(say);
      if (wide) violations.push({ id: 'reflow', impact: 'serious', nodes: 1, first: '', why: 'the page is wider than the window' });
      if (form.name === 'dark') {
        const printed = await print(page);
        if (printed.length) violations.push({ id: 'print', impact: 'serious', nodes: printed.length, first: printed[0], why: 'the printed page shows what is of no use on paper, or hides what is, or is not black on white' });
      }
      bad += violations.length;
      console.log(JSON.stringify({ page: at, form: form.name, passes: found.passes.length, violations, lesser }));
      if (process.env.SHOTS) {
        const name = path.join(process.env.SHOTS, form.name + at.replace(/[^a-z0-9]+/gi, '-').slice(0, 60));
        await page.screenshot({ path: name + '.png', fullPage: process.env.WHOLE === '1' });
        if (form.name === 'dark') await page.pdf({ path: name + '.pdf', format: 'A4', displayHeaderFooter: true, margin: { top: '20mm', bottom: '20mm', left: '15mm', right: '15mm' } });
      }
    }
    await context.close();
  }
  await browser.close();
  process.exitCode = bad > 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch(err => {
  console.error(err);
  process.exitCode = 2;
});
