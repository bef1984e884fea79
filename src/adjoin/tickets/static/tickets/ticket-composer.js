// Around the composer: names of chosen files, words kept until they are sent, Ctrl+Enter, and what was done said aloud.
import { toast } from "../adjoin/js/toast-note.js"

class FilePicker extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => {
      const files = [...this.querySelector("input").files]
      this.querySelector(".attach__names").textContent = files.map((file) => file.name).join(", ")
    })
  }
}
customElements.define("file-picker", FilePicker)

const draftName = (form) => `draft:${form.getAttribute("action")}`

function keepDraft(form) {
  const words = form.querySelector("[name=body]").value
  const mode = form.querySelector("[name=mode]:checked")?.value
  if (words.trim()) sessionStorage.setItem(draftName(form), JSON.stringify({ words, mode }))
  else sessionStorage.removeItem(draftName(form))
}

function bringDraftBack(form) {
  const body = form.querySelector("[name=body]")
  const kept = sessionStorage.getItem(draftName(form))
  if (!kept || body.value) return
  const { words, mode } = JSON.parse(kept)
  body.value = words
  const choice = form.querySelector(`[name=mode][value="${mode}"]`)
  if (choice) choice.checked = true
}

const composer = document.getElementById("composer")
if (composer) {
  // What a plain form sent is no draft any more once the page says that it was done.
  if (sessionStorage.getItem("sent") === draftName(composer) && document.querySelector("#toasts > *")) {
    sessionStorage.removeItem(draftName(composer))
  }
  sessionStorage.removeItem("sent")
  bringDraftBack(composer)
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("#composer")
  if (form) keepDraft(form)
})

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-sends]")
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault()
    form.querySelector(".button--primary").click()
  }
})

document.addEventListener("submit", (event) => {
  if (event.target.id === "composer" && !event.defaultPrevented) sessionStorage.setItem("sent", draftName(event.target))
})

document.addEventListener("htmx:afterSwap", (event) => {
  const form = document.getElementById("composer")
  if (form && event.detail.requestConfig?.elt?.name === "apply") {
    form.querySelector("[name=body]").focus() // a macro was filled in: read it, change it, send it
    keepDraft(form)
    return
  }
  if (event.detail.requestConfig?.elt?.id !== "composer" || !form) return
  if (event.detail.xhr.status < 300) sessionStorage.removeItem(draftName(form))
  sessionStorage.removeItem("sent")
  form.querySelector("[name=body]").focus()
})

document.body.addEventListener("toast", (event) => toast(event.detail.value))
