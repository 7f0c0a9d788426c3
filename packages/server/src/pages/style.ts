/** The one stylesheet of all pages. It names no address, so no page loads anything by it. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --sheet: #ffffff; --ink: #1b1f24; --quiet: #4d5761; --line: #8a949e; --soft: #d5dae0;
  --accent: #0a5bc4; --on-accent: #ffffff; --bad: #a4161a; --bad-ground: #fdf0f0; --note-ground: #fff6dd; --note: #6b4a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --sheet: #1d2227; --ink: #e9edf1; --quiet: #b3bdc7; --line: #7d8893; --soft: #39424b;
    --accent: #8ab8ff; --on-accent: #0c1622; --bad: #ffb3b3; --bad-ground: #3a1f21; --note-ground: #352c14; --note: #f2d58a;
  }
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { font-size: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif;
  overflow-wrap: anywhere;
}
main {
  max-width: 36rem; margin: 2.5rem auto; padding: 2rem; background: var(--sheet);
  border: 1px solid var(--soft); border-radius: 0.75rem;
}
footer { max-width: 36rem; margin: 0 auto 2rem; padding: 0 2rem; color: var(--quiet); font-size: 0.875rem; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; font-weight: 650; }
h2 { margin: 1.5rem 0 0.5rem; font-size: 1.125rem; line-height: 1.3; }
h3 { margin: 1rem 0 0.25rem; font-size: 1rem; line-height: 1.3; }
article { margin: 0 0 1.25rem; padding: 1rem; border: 1px solid var(--soft); border-radius: 0.375rem; }
article h2 { margin-top: 0; }
article ul { margin: 0; padding-left: 1.25rem; }
p { margin: 0 0 1rem; }
code { font: 0.875em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
a { color: var(--accent); text-underline-offset: 0.15em; }
form { margin: 0; }
label { display: block; font-weight: 600; margin-bottom: 0.25rem; }
.field { margin-bottom: 1.25rem; }
.hint { margin: 0 0 0.375rem; color: var(--quiet); font-size: 0.875rem; }
input[type="text"], input[type="password"] {
  width: 100%; min-height: 2.75rem; padding: 0.5rem 0.75rem; font: inherit; color: var(--ink);
  background: var(--sheet); border: 1px solid var(--line); border-radius: 0.375rem;
}
input[aria-invalid="true"]:not([type="checkbox"]) { border: 2px solid var(--bad); }
input.code { font: 1.5rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; letter-spacing: 0.15em; text-transform: uppercase; }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; text-align: center; min-height: 2.75rem; padding: 0.5rem 1.25rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--ink); background: var(--sheet); border: 1px solid var(--line); border-radius: 0.375rem; text-decoration: none;
}
button.main, .button.main { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button.link {
  min-height: 1.5rem; padding: 0; border: 0; background: none; color: var(--accent); font-weight: inherit;
  text-decoration: underline; text-underline-offset: 0.15em;
}
button:hover, .button:hover { filter: brightness(0.94); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.5rem; }
.problem {
  margin: 0 0 1.25rem; padding: 0.75rem 1rem; color: var(--bad); background: var(--bad-ground);
  border: 1px solid var(--bad); border-left-width: 0.375rem; border-radius: 0.375rem;
}
.problem p:last-child { margin-bottom: 0; }
.who { margin: 0 0 1.25rem; padding: 0.75rem 1rem; border: 1px solid var(--soft); border-radius: 0.375rem; }
.who p { margin: 0; }
.who form { display: inline; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0.25rem 1rem; margin: 0 0 1.25rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
fieldset { min-width: 0; margin: 0 0 1.25rem; padding: 0.25rem 1rem 0.5rem; border: 1px solid var(--line); border-radius: 0.375rem; }
legend { max-width: 100%; padding: 0 0.375rem; font-weight: 650; }
ul.boxes { list-style: none; margin: 0; padding: 0; }
ul.boxes li { display: flex; gap: 0.75rem; padding: 0.625rem 0; border-top: 1px solid var(--soft); }
ul.boxes li:first-child { border-top: 0; }
ul.boxes li > div { flex: 1; min-width: 0; }
ul.boxes label { margin: 0; font-weight: 500; cursor: pointer; }
input[type="checkbox"] { flex: none; width: 1.5rem; height: 1.5rem; margin: 0; accent-color: var(--accent); cursor: pointer; }
.about { margin: 0.125rem 0 0; color: var(--quiet); font-size: 0.875rem; white-space: pre-line; }
.grows {
  margin: 0.375rem 0 0; padding: 0.25rem 0.625rem; font-size: 0.875rem; color: var(--note); background: var(--note-ground);
  border-left: 0.25rem solid var(--note);
}
@media (max-width: 40rem) {
  main { max-width: none; margin: 0; padding: 1.25rem 1rem; border: 0; border-radius: 0; }
  footer { max-width: none; padding: 1rem; margin: 0; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 0.5rem; }
}
@media (forced-colors: active) { button, .button, input, .problem, .grows { border: 1px solid; } }
`;
