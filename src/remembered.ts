/**
 * A function that works out each object's answer once. The object must not change.
 * @param make takes long, and depends on nothing but its argument
 */
export function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const answers = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    let answer = answers.get(key);
    if (!answer) {
      answer = { value: make(key) };
      answers.set(key, answer);
    }
    return answer.value;
  };
}
