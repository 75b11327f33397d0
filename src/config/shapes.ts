import { check, integer, maxValue, minValue, number, pipe, string } from 'valibot';
import { isHost } from '../address.ts';
import { isBoundedGlob } from './bounded-glob.ts';

/** A pattern of paths that is matched in bounded time. */
export const glob = pipe(string(), check(isBoundedGlob, 'has more wildcards than can be matched in bounded time'));

/** A whole number from one on to another. */
export const whole = (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  most === Number.MAX_SAFE_INTEGER
    ? pipe(number(), integer(), minValue(least))
    : pipe(number(), integer(), minValue(least), maxValue(most));

const notHost = 'is neither an address nor a host name';

/** An address or a host name. */
export const host = pipe(string(), check(isHost, notHost));

/** The same, or nothing: all interfaces. */
export const hostOrAll = pipe(
  string(),
  check((value) => value === '' || isHost(value), notHost),
);
