import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/**
 * The house, lowest floor first. A room is a file of `packages/ambit/src`, or a folder there with what is in
 * it. A room may import from the floors below, from its own folder, and from its neighbours on the same floor
 * as long as no circle comes of it. A new file has to be given its room here.
 */
const floors: readonly (readonly string[])[] = [
  ['narrow'],
  ['types'],
  ['errors'],
  ['graphql'],
  ['coordinates', 'yamlmistake'],
  ['rules'],
  ['schema', 'compile', 'options'],
  ['grants', 'plan'],
  ['decide'],
  ['explain', 'needs', 'mask', 'check', 'reference', 'diff'],
  ['enforce', 'prepare', 'facts'],
  ['decided', 'audit'],
  ['stages', 'stream'],
  ['inprocess'],
  ['engine'],
  ['create', 'init'],
  ['http'],
  ['gateway', 'yoga', 'load'],
  ['cases', 'testing'],
  ['cli'],
];

/** Rooms that a floor would let import each other, and that must not. */
const strangers: readonly (readonly [string, string])[] = [
  ['cli', 'gateway'],
  ['cli', 'yoga'],
  ['gateway', 'yoga'],
];

/** Rooms that may use what Node gives to programs: files, processes, the network. The rest only computes. */
const mayUseNode: readonly string[] = ['load', 'cli'];

/** Most lines of a source file; tests are free. */
const mostLines = 250;

const root = fileURLToPath(new URL('../', import.meta.url));
const library = read('packages/ambit/src');
const program = read('packages/server/src');
const everything = [...library, ...program];

describe('packages/ambit', () => {
  it('gives every file a room', () => {
    const homeless = library.filter((file) => file.name !== 'index.ts' && floorOf(file.room) === -1);
    expect(homeless.map((file) => `${file.path} has no row in the table of floors`)).toEqual([]);
  });

  it('names no room twice', () => {
    const rooms = floors.flat();
    expect(rooms.filter((room, index) => rooms.indexOf(room) !== index)).toEqual([]);
  });

  it('imports downwards only', () => {
    const upwards = edges(library).filter(({ from, to }) => from.name !== 'index.ts' && !maySee(from, to));
    expect(upwards.map(({ from, to }) => `${from.path} may not import ${to.path}`)).toEqual([]);
  });

  it('keeps strangers apart', () => {
    const met = edges(library).filter(({ from, to }) => areStrangers(from.room, to.room));
    expect(met.map(({ from, to }) => `${from.path} may not import ${to.path}`)).toEqual([]);
  });

  it('touches files, processes and the network only where programs do', () => {
    const outside = library.filter((file) => !mayUseNode.includes(file.room));
    const used = outside.flatMap((file) =>
      file.imports.filter((it) => it.startsWith('node:')).map((it) => `${file.path} uses ${it}`),
    );
    expect(used).toEqual([]);
  });
});

describe('the room in which tokens are narrowed', () => {
  it('stands alone, so that it runs wherever there is WebCrypto', () => {
    const room = library.filter((file) => file.room === 'narrow');
    const foreign = room.flatMap((file) =>
      file.imports.filter((it) => !it.startsWith('./')).map((it) => `${file.path} may not import ${it}`),
    );
    expect(room.length).toBeGreaterThan(5);
    expect(foreign).toEqual([]);
  });
});

describe('packages/server', () => {
  it('knows the library by its public names only', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'packages/ambit/package.json'), 'utf8'));
    const open = Object.keys(manifest.exports).map((key) => posix.join('ambit', key));
    const wrong = program.flatMap((file) =>
      file.imports
        .filter((it) => (it === 'ambit' || it.startsWith('ambit/') ? !open.includes(it) : leaves(file, it)))
        .map((it) => `${file.path} may not import ${it}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('spec/reference', () => {
  it('knows nothing but graphql', () => {
    const foreign = read('spec/reference').flatMap((file) =>
      file.imports
        .filter((it) => (it.startsWith('.') ? leavesFolder(file, it) : it !== 'graphql'))
        .map((it) => `${file.path} may not import ${it}`),
    );
    expect(foreign).toEqual([]);
  });
});

describe('every source file', () => {
  it('is part of no import cycle', () => {
    expect(cycles(everything)).toEqual([]);
  });

  it('leaves index.ts to outsiders', () => {
    const inward = edges(everything).filter(({ to }) => posix.basename(to.path) === 'index.ts');
    expect(inward.map(({ from, to }) => `${from.path} may not import ${to.path}`)).toEqual([]);
  });

  it('imports files that exist', () => {
    const missing = everything.flatMap((file) =>
      file.imports
        .filter((it) => it.startsWith('.') && !existsSync(resolve(file, it)))
        .map((it) => `${file.path} imports ${it}`),
    );
    expect(missing).toEqual([]);
  });

  it.each(['wildcard export', 'default export', 'module-level let'] as const)('has no %s', (habit) => {
    expect(everything.filter((file) => file.habits.has(habit)).map((file) => file.path)).toEqual([]);
  });

  it(`has at most ${mostLines} lines`, () => {
    const long = everything.filter((file) => file.lines > mostLines);
    expect(long.map((file) => `${file.path} has ${file.lines} lines`)).toEqual([]);
  });
});

type Habit = 'wildcard export' | 'default export' | 'module-level let';

interface SourceFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  /** From the package's `src`. */
  readonly name: string;
  readonly room: string;
  readonly imports: readonly string[];
  readonly habits: ReadonlySet<Habit>;
  readonly lines: number;
}

interface Edge {
  readonly from: SourceFile;
  readonly to: SourceFile;
}

function read(folder: string): SourceFile[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const sources = names
    .map((name) => name.split(sep).join('/'))
    .filter((name) => /(?<!\.test)\.ts$/.test(name));
  return sources.sort().map((name) => describeFile(folder, name));
}

function describeFile(folder: string, name: string): SourceFile {
  const path = `${folder}/${name}`;
  const text = readFileSync(join(root, path), 'utf8');
  const parsed = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, false);
  return {
    path,
    name,
    room: (name.split('/')[0] ?? name).replace(/\.ts$/, ''),
    imports: ts.preProcessFile(text, true, true).importedFiles.map((it) => it.fileName),
    habits: new Set(parsed.statements.flatMap(habitsOf)),
    lines: text.trimEnd().split('\n').length,
  };
}

function habitsOf(statement: ts.Statement): Habit[] {
  if (ts.isExportDeclaration(statement))
    return !statement.exportClause || ts.isNamespaceExport(statement.exportClause) ? ['wildcard export'] : [];
  if (ts.isExportAssignment(statement)) return ['default export'];
  const isDefault =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some((it) => it.kind === ts.SyntaxKind.DefaultKeyword);
  if (isDefault) return ['default export'];
  const isConst = !ts.isVariableStatement(statement) || statement.declarationList.flags & ts.NodeFlags.Const;
  return isConst ? [] : ['module-level let'];
}

const resolve = (file: SourceFile, specifier: string): string =>
  join(root, posix.join(posix.dirname(file.path), specifier));

/** Whether a relative import goes out of the package's `src`. */
function leaves(file: SourceFile, specifier: string): boolean {
  const source = join(root, file.path.slice(0, -file.name.length));
  return specifier.startsWith('.') && relative(source, resolve(file, specifier)).startsWith('..');
}

/** Whether a relative import goes out of the file's own folder. */
function leavesFolder(file: SourceFile, specifier: string): boolean {
  return posix.dirname(posix.join(posix.dirname(file.path), specifier)) !== posix.dirname(file.path);
}

function edges(files: readonly SourceFile[]): Edge[] {
  const known = new Map(files.map((file) => [join(root, file.path), file]));
  return files.flatMap((from) =>
    from.imports
      .filter((it) => it.startsWith('.'))
      .map((it) => known.get(resolve(from, it)))
      .filter((to) => to !== undefined)
      .map((to) => ({ from, to })),
  );
}

const floorOf = (room: string): number => floors.findIndex((floor) => floor.includes(room));

/** A file without a room is told by the test for rooms, and not a second time here. */
function maySee(from: SourceFile, to: SourceFile): boolean {
  return from.room === to.room || floorOf(from.room) === -1 || floorOf(to.room) <= floorOf(from.room);
}

function areStrangers(one: string, other: string): boolean {
  return strangers.some((pair) => one !== other && pair.includes(one) && pair.includes(other));
}

/** Every circle of imports, as `a -> b -> a`, each told once. */
function cycles(files: readonly SourceFile[]): string[] {
  const targets = new Map<SourceFile, SourceFile[]>(files.map((file) => [file, []]));
  for (const { from, to } of edges(files)) targets.get(from)?.push(to);
  const done = new Set<SourceFile>();
  const found: string[] = [];
  const visit = (file: SourceFile, trail: readonly SourceFile[]): void => {
    const start = trail.indexOf(file);
    if (start !== -1) found.push([...trail.slice(start), file].map((it) => it.path).join(' -> '));
    if (start !== -1 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}
