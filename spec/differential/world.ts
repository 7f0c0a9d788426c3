/** Data as case files have it: root fields by root type, and named objects that they refer to. */
export interface WorldData {
  readonly objects?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Query?: Readonly<Record<string, unknown>>;
  readonly Mutation?: Readonly<Record<string, unknown>>;
}

type Fields = Record<string, unknown>;

/**
 * The data as the one object on which root fields are read by default: what depends on an argument is a method.
 * `{ $ref }`, `{ $by }`, `{ $each }` and `{ $error }` mean what they mean in case files. `origins` is told from
 * which part of the data each object was made.
 */
export function rootOf(data: WorldData, origins?: Map<unknown, Readonly<Fields>>): Fields {
  const objects = new Map<string, Fields>(Object.keys(data.objects ?? {}).map((name) => [name, {}]));
  const read = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(read);
    if (!isRecord(value)) return value;
    if (typeof value['$ref'] === 'string') return objects.get(value['$ref']) ?? null;
    if (typeof value['$error'] === 'string') {
      const text = value['$error'];
      return () => {
        throw new Error(text);
      };
    }
    if (typeof value['$by'] === 'string') {
      const path = value['$by'];
      return (args: Fields) => called(read(value[String(dig(args, path))] ?? null), args);
    }
    if (typeof value['$each'] === 'string') {
      const path = value['$each'];
      return (args: Fields) => {
        const keys = dig(args, path);
        return Array.isArray(keys) ? keys.map((key) => called(read(value[String(key)] ?? null), args)) : null;
      };
    }
    return filled({}, value);
  };
  const filled = (into: Fields, from: Readonly<Fields>): Fields => {
    origins?.set(into, from);
    for (const [name, value] of Object.entries(from)) into[name] = read(value);
    return into;
  };
  for (const [name, value] of Object.entries(data.objects ?? {})) filled(objects.get(name)!, value);
  return { ...filled({}, data.Query ?? {}), ...filled({}, data.Mutation ?? {}) };
}

function called(value: unknown, args: Fields): unknown {
  return typeof value === 'function' ? value(args) : value;
}

function dig(args: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => (isRecord(value) ? value[step] : undefined), args);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
