// What scripts say, in the language of the page: `say("Back to the list")`. The page brings the words where it is not English.
const words = JSON.parse(document.querySelector('meta[name="words"]')?.content || "{}")

export function say(text, values = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name])
}
