const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY };

/** Milliseconds of a whole number with a unit: `15m`, `24h`, `30d`, `0m`. Nothing for another form. */
export function durationOf(text: string): number | undefined {
  const match = /^(0|[1-9]\d{0,8})([mhd])$/.exec(text);
  const unit = UNITS[match?.[2] ?? ''];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

/** The same the other way: whole days as days, whole hours as hours, everything else in minutes. */
export function durationText(milliseconds: number): string {
  const [name, unit] =
    milliseconds % DAY === 0 ? ['d', DAY] : milliseconds % HOUR === 0 ? ['h', HOUR] : ['m', MINUTE];
  return `${Math.floor(milliseconds / Number(unit))}${name}`;
}
