// <token-field>: a text field of words or addresses becomes chips. Its own input keeps the value that is sent.
// Attributes: `words` (separated by spaces, else by commas), `one` (at most one chip, whose value may hold commas), `suggest` (address that answers <li role="option">s to
// ?q=…), `single` (no chips: choosing fills the field). <data value="…"> inside give names to values.
import { say } from "./words.js"

let number = 0

class TokenField extends HTMLElement {
  connectedCallback() {
    if (this.input) return
    this.input = this.querySelector("input")
    this.names = new Map([...this.querySelectorAll("data")].map((one) => [one.value, one.textContent]))
    this.single = this.hasAttribute("single")
    this.single ? (this.entry = this.input) : this.split()
    this.entry.addEventListener("keydown", (event) => this.key(event))
    this.entry.addEventListener("input", () => this.suggest())
    this.entry.addEventListener("blur", () => this.leave())
    this.addEventListener("click", (event) => event.target === this && this.entry.focus())
    if (this.hasAttribute("suggest")) this.prepareList()
  }

  // The field that is typed into is a second one, so that half a word is never sent.
  split() {
    this.entry = this.input.cloneNode()
    this.entry.removeAttribute("name")
    this.entry.value = ""
    this.entry.defaultValue = ""
    this.input.id = ""
    this.input.type = "hidden"
    this.entry.addEventListener("change", (event) => event.stopPropagation())
    this.append(this.entry)
    this.show()
  }

  get values() {
    if (this.hasAttribute("one")) return [this.input.value.trim()].filter(Boolean)
    return this.input.value.split(this.hasAttribute("words") ? /[\s,]+/ : /\s*,\s*/).filter(Boolean)
  }

  set values(values) {
    this.input.value = [...new Set(values)].join(this.hasAttribute("words") ? " " : ", ")
    this.show()
    this.dispatchEvent(new Event("change", { bubbles: true }))
  }

  show() {
    for (const chip of this.querySelectorAll(".chip")) chip.remove()
    for (const value of this.values) this.entry.before(this.chip(value))
  }

  chip(value) {
    const chip = document.createElement("span")
    chip.className = "chip"
    chip.title = value
    const words = document.createElement("span")
    words.className = "cut"
    words.textContent = this.names.get(value) ?? value
    const remove = document.createElement("button")
    remove.type = "button"
    remove.className = "chip__remove"
    remove.ariaLabel = say("Remove {name}", { name: words.textContent })
    remove.textContent = "×"
    remove.addEventListener("click", () => {
      this.values = this.values.filter((one) => one !== value)
      this.entry.focus()
    })
    chip.append(words, remove)
    return chip
  }

  add(value, name) {
    if (!value.trim()) return
    if (name) this.names.set(value, name)
    this.close()
    if (this.single) {
      this.input.value = value
      this.input.dispatchEvent(new Event("change", { bubbles: true }))
    } else {
      this.entry.value = ""
      this.values = this.hasAttribute("one") ? [value.trim()] : [...this.values, value.trim()]
    }
  }

  leave() {
    this.close()
    if (!this.single) this.add(this.entry.value)
  }

  key(event) {
    const chosen = this.list?.querySelector("[aria-selected=true]")
    const ends = event.key === "Enter" || (event.key === "," && !this.hasAttribute("one")) || (event.key === " " && this.hasAttribute("words"))
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return
    if (event.key === "Enter" && chosen && !this.list.hidden) {
      this.add(chosen.dataset.value, chosen.dataset.label)
    } else if (ends && !this.single) {
      this.add(this.entry.value)
    } else if (event.key === "Backspace" && !this.entry.value && !this.single && this.values.length) {
      this.values = this.values.slice(0, -1)
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.move(event.key === "ArrowDown" ? 1 : -1)
    } else if (event.key === "Escape" && this.list && !this.list.hidden) {
      this.close()
      event.stopPropagation()
    } else return
    event.preventDefault()
  }

  prepareList() {
    this.list = document.createElement("ul")
    this.list.id = `suggestions-${++number}`
    this.list.className = "suggestions"
    this.list.role = "listbox"
    this.list.hidden = true
    this.append(this.list)
    this.entry.role = "combobox"
    this.entry.ariaExpanded = "false"
    this.entry.ariaAutoComplete = "list"
    this.entry.setAttribute("aria-controls", this.list.id)
    this.list.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[role=option]")
      event.preventDefault()
      if (option) this.add(option.dataset.value, option.dataset.label)
    })
  }

  suggest() {
    if (!this.list) return
    clearTimeout(this.timer)
    this.timer = setTimeout(async () => {
      const words = this.entry.value.trim()
      const address = new URL(this.getAttribute("suggest"), location.href)
      address.searchParams.set("q", words)
      const response = words ? await fetch(address).catch(() => null) : null
      if (this.entry.value.trim() !== words) return
      this.list.innerHTML = response?.ok ? await response.text() : ""
      this.open()
    }, 120)
  }

  open() {
    const options = [...this.list.children]
    options.forEach((option, index) => (option.id = `${this.list.id}-${index}`))
    this.list.hidden = !options.length
    this.entry.ariaExpanded = String(!this.list.hidden)
    if (options.length) this.choose(options[0])
  }

  choose(option) {
    this.list.querySelector("[aria-selected=true]")?.removeAttribute("aria-selected")
    option.setAttribute("aria-selected", "true")
    option.scrollIntoView({ block: "nearest" })
    this.entry.setAttribute("aria-activedescendant", option.id)
  }

  move(step) {
    if (!this.list || this.list.hidden) return
    const options = [...this.list.children]
    const now = options.findIndex((option) => option.ariaSelected === "true")
    this.choose(options[(now + step + options.length) % options.length])
  }

  close() {
    clearTimeout(this.timer)
    if (!this.list) return
    this.list.hidden = true
    this.entry.ariaExpanded = "false"
    this.entry.removeAttribute("aria-activedescendant")
  }
}

customElements.define("token-field", TokenField)
