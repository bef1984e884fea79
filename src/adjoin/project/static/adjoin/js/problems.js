// #problem says what was refused, and that nothing got through, which no answer can say: until the next try, a click, Escape,
// or until something else works that was asked for. What pages ask on their own, such as suggestions, leaves it there.
import { say } from "./words.js"

const PATIENCE_MS = 300 // a page that is being left breaks off what it asked for
const place = () => document.getElementById("problem")
const clear = () => place()?.replaceChildren()

function tellOfSilence(event) {
  if (!event.detail.requestConfig?.triggeringEvent?.isTrusted) return // nobody asked for it
  setTimeout(() => {
    const notice = document.createElement("p")
    notice.className = "notice notice--danger"
    notice.textContent = say("There is no connection. What you typed is still here: try again in a moment.")
    place()?.replaceChildren(notice)
  }, PATIENCE_MS)
}

document.addEventListener("htmx:sendError", tellOfSilence)
document.addEventListener("htmx:timeout", tellOfSilence)
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.requestConfig.verb !== "get") clear()
})
document.addEventListener("htmx:afterRequest", (event) => {
  const cause = event.detail.requestConfig?.triggeringEvent?.type
  if (event.detail.successful && (cause === "click" || cause === "submit")) clear()
})
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") clear()
})
document.addEventListener("click", (event) => {
  if (event.target.closest(".problem")) clear()
})
