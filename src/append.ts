/** Puts items at the end of a list. `push(...items)` takes each as an argument, and a hundred thousand are more than the stack holds. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
