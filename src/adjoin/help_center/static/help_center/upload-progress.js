// <upload-progress> inside a form that htmx sends: a bar and a percentage while files are on their way.
class UploadProgress extends HTMLElement {
  connectedCallback() {
    this.hidden = true
    this.bar = this.querySelector("progress")
    this.words = this.querySelector("[data-percent]")
    const form = this.closest("form")
    form.addEventListener("htmx:xhr:progress", (event) => this.show(event))
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event.target.hasAttribute("hx-post")) this.hidden = true // refused or cut off; else the form is gone by now
    })
  }

  show(event) {
    const files = [...event.currentTarget.querySelectorAll("input[type=file]")].some((one) => one.files.length)
    // What the form's parts ask for on their own, such as suggestions, sends no files.
    if (!event.target.hasAttribute("hx-post") || !files || !event.detail.lengthComputable) return
    const percent = Math.round((100 * event.detail.loaded) / event.detail.total)
    this.hidden = false
    this.bar.value = percent
    this.words.textContent = `${percent} %`
  }
}
customElements.define("upload-progress", UploadProgress)
