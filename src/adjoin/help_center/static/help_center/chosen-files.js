// <chosen-files> around an input for files says at once what is too much, and lets no form be sent that would be refused
// for it. Its limits and their words: data-most (files), data-each and data-together (bytes), data-kinds (".png .pdf").
class ChosenFiles extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]")
    this.told = document.createElement("p")
    this.told.className = "field__error"
    this.told.setAttribute("role", "alert") // on the page only while it says something: a form with one is left alone
    this.input.addEventListener("change", () => this.tell())
    const form = this.closest("form")
    form.addEventListener("submit", (event) => this.stop(event), true)
    form.addEventListener("htmx:beforeRequest", (event) => {
      if (event.detail.requestConfig.verb === "post") this.stop(event)
    })
  }

  wrong() {
    const { most, each, together, kinds, mostWords, eachWords, togetherWords, kindsWords } = this.dataset
    const files = [...this.input.files]
    if (files.length > most) return mostWords
    const strange = kinds && files.find((one) => !kinds.split(" ").some((kind) => one.name.toLowerCase().endsWith(kind)))
    if (strange) return kindsWords.replace("{name}", () => strange.name)
    const large = each && files.find((one) => one.size > each)
    if (large) return eachWords.replace("{name}", () => large.name)
    return together && files.reduce((sum, one) => sum + one.size, 0) > together ? togetherWords : ""
  }

  tell() {
    const words = this.wrong()
    this.told.remove()
    this.input.removeAttribute("aria-invalid")
    if (!words) return
    this.told.textContent = words
    this.append(this.told)
    this.input.setAttribute("aria-invalid", "true")
  }

  stop(event) {
    if (!this.wrong()) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.tell()
    this.input.focus()
  }
}
customElements.define("chosen-files", ChosenFiles)
